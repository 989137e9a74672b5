/**
 * The net: tags that nobody marked, of addresses that the catalogue knows,
 * become held ones. It is a net and no proof: what a browser fetched before a
 * script could see the tag stays fetched.
 */
import { decide } from './choice';
import { choice } from './gate';
import { look } from './hold';
import { nonce } from './page';
import { gone, release, serviceOf } from './release';

export interface Tag extends HTMLElement {
  src: string;
  type: string;
  /** The address that it was to have, as it was given: a page may require trusted ones. */
  _given?: string;
}

/** The service that an address belongs to, however it is written: the browser says what it means. */
export const whose = (address: string | undefined): string | undefined => {
  try {
    const { hostname, pathname, search } = new URL(address!, document.baseURI);
    return OWNERS.find(([pattern]) => RegExp(`^(${pattern})`).test(hostname + pathname + search))?.[1];
  } catch {
    // What is no address is nobody's.
    return;
  }
};

/** Keeps an address from a tag until it is granted; true where it did. */
const hold = (tag: Tag, address: string, by = nonce): unknown => {
  const { dataset } = tag;
  const id = whose(address);
  // What the page marked itself keeps its mark, whoever gives it its address.
  if (dataset.consent && !decide(choice, dataset.consent, serviceOf(tag))) return (dataset.src ||= address);
  // What it was to have before is out of date.
  if (tag._given) {
    tag._given = '';
    delete dataset.service;
    if (!dataset.consent) delete dataset.consent;
  }
  // What the visitor loads once passes too, with all that follows from it. Of what
  // else was loaded, a choice may have been taken back since.
  if (!id || decide(choice, '', id) || (WITH_WHEN && SERVICES[id]?.[1] == '' && SERVICES[id]![3])) {
    // A withdrawal takes back what was not held either.
    if (id && tag.localName != 'img') gone.push([new WeakRef(tag), { service: id, src: address, consent: '' }, tag.localName == 'script']);
    return;
  }
  // What a visitor did under a refusal is not told later.
  if (choice && tag.localName == 'img' && !tag.isConnected) return id;
  tag._given = address;
  // As the browser reads it: what spares privacy looks for the host. Not written
  // again, or a page that watches the attribute and gives us the address would never end.
  const { href } = new URL(address, document.baseURI);
  if (dataset.src != href) dataset.src = href;
  tag.nonce ||= by;
  // A counting pixel stands in no document where it could be found. It waits for the
  // answer, and no longer.
  if (!choice && tag.localName == 'img')
    document.addEventListener(
      'sluis:choice',
      () => {
        if (dataset.service && decide(choice, '', id)) release(tag);
      },
      { once: true },
    );
  dataset.consent ??= '';
  return (dataset.service ||= id);
};

/** Looked at already, or let go; a copy of such a tag is a tag of its own. */
export const seen = new WeakSet<Element>();

let started: boolean | undefined;
/** Nothing is let go while the page is prerendered, nor where its cookie cannot even be read. */
export const begin = (): void => {
  started = true;
};

if (WITH_NET) {
  // What scripts make, whichever way they set the address.
  for (const { prototype } of [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement]) {
    const { set } = Object.getOwnPropertyDescriptor(prototype, 'src')!;
    Object.defineProperty(prototype, 'src', {
      set(address) {
        hold(this, address) || set!.call(this, address);
      },
    });
  }
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    // Elements of another kind of document have no marks.
    (name == 'src' && (this as Tag).dataset && hold(this as Tag, value)) || setAttribute.apply(this, arguments as never);
  };

  // What the parser makes: observers are told before it runs a script.
  new MutationObserver(() => {
    for (const tag of document.querySelectorAll<Tag>('[src]:not([type="text/plain"])'))
      if (!seen.has(tag) && seen.add(tag) && hold(tag, tag.src, tag.nonce))
        if (tag.localName == 'script') {
          // With its address, and the trust that the page has in it, but inert.
          tag.dataset.type = tag.type;
          tag.type = 'text/plain';
          delete tag.dataset.src;
        } else {
          tag.removeAttribute('src');
          // Taken out of the document, a frame forgets where it was going.
          tag.replaceWith(tag);
        }
    if (started) look();
  }).observe(document, { childList: true, subtree: true });
}
