/** Keeps what the net catches, and lets pass what the choice allows. */
import { decide } from './choice';
import { choice } from './gate';
import { look } from './hold';
import { nonce } from './page';
import { gone, release, serviceOf } from './release';
import { free, type Tag } from './tag';
import { at, whose } from './whose';

export let started: boolean | undefined;
/** Nothing is let go while the page is prerendered, nor where its cookie cannot even be read. */
export const begin = (): void => {
  started = true;
};

/** Keeps an address from a tag until it is granted; true where it did. */
export const hold = (tag: Tag, given: string, parsed?: boolean): unknown => {
  const { dataset, localName } = tag;
  // Elements of another kind of document have no marks.
  if (!dataset) return;
  const { consent, service, src } = dataset;
  const id = whose(given);
  // A script of the parser keeps its address, and the trust that the page has in it.
  const keeps = parsed && localName == 'script';
  // Sliders stop a film so, and put back what they read before: nothing.
  const none = !given || given == 'about:blank';
  // It may have another placeholder by then, or none.
  if (started && localName == 'iframe') queueMicrotask(look);
  // A service of the page's own is no mark of ours.
  let held: unknown = (consent || SERVICES[service!]) && !decide(choice, consent, serviceOf(tag));
  if (held) {
    // Given again, nothing is written, or a page that watches its attributes would never
    // end. What the page marked itself stays so, but for a picture's stand-in, which
    // is of the page's own host or in the page itself.
    held = none || (consent == 'caught' ? given == (tag.$given || src) : id || !src || localName != 'img' || (at(given)?.host || location.host) != location.host);
    // Some lazy loaders take away what they have used.
    if (held && !none && !keeps) tag.$given ||= src || (dataset.src = given);
  }
  if (!held) {
    // What it was to have, or had, is out of date: no grant and no withdrawal is about it.
    free(tag);
    if (tag.$given) tag.$given = '';
    // Of nobody's address only the page's mark was known: it lasts while the host does.
    gone.splice(0, 1 / 0, ...gone.filter(([held, marks, script]) => script || held!.deref() != tag || (!id && (none || at(marks.src)?.host == at(given)?.host))));
    // What the visitor loads once passes too, with all that follows from it. Of what
    // else was loaded, a choice may have been taken back since.
    if (!id || decide(choice, '', id) || (WITH_WHEN && SERVICES[id]?.[1] === '' && SERVICES[id]![3])) {
      // A withdrawal takes back what was not held either.
      if (id && localName != 'img') gone.push([new WeakRef(tag), { service: id, src: given, consent: 'caught' }, localName == 'script']);
      return;
    }
    if (localName == 'img') {
      // What a visitor did under a refusal is not told later.
      if (choice && !tag.isConnected) return id;
      // A counting pixel stands in no document where it could be found. It waits for the
      // answer, and no longer.
      if (!choice)
        document.addEventListener(
          'sluis:ready',
          () => {
            if (dataset.service == id && decide(choice, '', id)) release(tag);
          },
          { once: true },
        );
    }
    if (keeps) delete dataset.src;
    else {
      tag.$given = given;
      // As the browser reads it: what spares privacy looks for the host. What the page
      // has there itself is its own.
      if (!dataset.src) dataset.src = tag.$wrote = at(given)!.href;
      tag.nonce ||= nonce;
    }
  }
  // Its text would run without its address.
  if (localName == 'script' && tag.type != 'text/plain') {
    dataset.type = tag.type;
    tag.type = 'text/plain';
  }
  if (!keeps && (parsed || localName != 'img') && tag.hasAttribute('src')) {
    tag.removeAttribute('src');
    // Taken out of the document, a frame forgets where it was going.
    tag.replaceWith(tag);
  }
  if (!held) {
    dataset.consent = 'caught';
    dataset.service = id;
  }
  return true;
};
