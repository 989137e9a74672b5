/**
 * The net: tags that nobody marked, of addresses that the catalogue knows,
 * become held ones. It is a net and no proof: what a browser fetched before a
 * script could see the tag stays fetched.
 */
import { hold, started } from './catch';
import { look } from './hold';
import type { Tag } from './tag';

/** Looked at already, or let go; a copy of such a tag is a tag of its own. */
export const seen = new WeakSet<Element>();

/** Whether what a tag is given is kept from it. */
const keep = (tag: Tag, name: string, value: string): unknown => {
  if (name == 'src') return hold(tag, value);
  // Said after the address, a type waits with it. What no browser runs is no such type:
  // jQuery writes "true/" before it while it moves a script, and takes it off again.
  if (name == 'type' && tag.type == 'text/plain' && tag.dataset?.consent == 'caught' && !/plain$/.test(value)) return value == tag.dataset.type || (tag.dataset.type = value), true;
};

if (WITH_NET) {
  // What scripts make, whichever way they set the address.
  for (const { prototype } of [HTMLScriptElement, HTMLIFrameElement, HTMLImageElement])
    for (const name of ['src', 'type']) {
      const { get, set } = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
      if (set)
        Object.defineProperty(prototype, name, {
          // A play button adds to the address of its film, which may be held.
          get() {
            return get!.call(this) || `${(this.localName == 'iframe' && this.dataset.consent && this.$given) || ''}`;
          },
          set(value) {
            keep(this, name, value) || set.call(this, value);
          },
        });
    }
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    keep(this as Tag, `${name}`.toLowerCase(), value) || setAttribute.apply(this, arguments as never);
  };

  // What the parser makes: observers are told before it runs a script.
  new MutationObserver(() => {
    for (const tag of document.querySelectorAll<Tag>('[src]:not([type="text/plain"])')) if (!seen.has(tag) && seen.add(tag)) hold(tag, tag.src, true);
    if (started) look();
  }).observe(document, { childList: true, subtree: true });
}
