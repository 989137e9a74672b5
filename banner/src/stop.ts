/** Ends what runs on this page against the choice, without a new page where that can be done. */
import { apply, decide, gone, read, run, serviceOf, services } from './given';
import type { Choice } from './choice';
import type { Gone, Run } from './wire';

/** Managed services: their marks are their id. */
const managed = (): Gone[] => Object.keys(services).map((service) => [, { service } as DOMStringMap, services[service]![1] == '']);

/** Puts a choice into force. Services that run by then are told of the change; those that come with it have heard. */
export const tell = (cookies: string): void => {
  const was = read();
  // A tab may be of before a service, or of before any that is told: then its gate has no `run`.
  const running = Object.keys(CALLS).filter((id) => run && services[id]?.[1] == '');
  apply(cookies);
  for (const id of running) {
    const before = decide(was, '', id);
    if (decide(read(), '', id) != before) {
      (run as Run)(CALLS[id]![before ? 1 : 0]);
      // What it had been loaded once for, the choice decides from now on: see catch.ts.
      services[id]![1] = 0;
    }
  }
};

/** Sliders copy frames that were let go, addresses and all. Who was let go by itself is no copy. */
const copies = ({ src }: DOMStringMap): HTMLElement[] =>
  [...document.querySelectorAll<HTMLElement>('iframe[src][data-src]')].filter((frame) => frame.dataset.src == src && !gone.some(([held]) => held?.deref() == frame));

/** Takes embeds back, and reports whether something is left that only a new page ends. */
export const stop = (was: Choice | undefined): unknown => {
  let left: unknown;
  for (const [held, marks, script] of WITH_LOAD ? [...gone, ...managed()] : gone) {
    const id = serviceOf({ dataset: marks })!;
    if (decide(was, marks.consent, id) && !decide(read(), marks.consent, id))
      if (script) {
        // What is still on its way would do first what it was to do, and hear then.
        left = !WITH_STEPS || left || !CALLS[id]?.[2] || !services[id]![8];
        // Google's tag is not told to stop, only to be silent until it has gone.
        if (WITH_LOAD && WITH_GOOGLE) (window as unknown as Record<string, boolean>)['ga-disable-' + services[id]?.[2]] = true;
      } else
        for (const one of [held?.deref(), ...copies(marks)])
          if (one) {
            // Not what else the page keeps in its data, which may have changed since.
            for (const name in marks)
              if (/^(src|href|consent|service)/.test(name)) {
                one.removeAttribute(name);
                one.dataset[name] = marks[name];
              }
            // A frame that is put in its own place starts empty.
            one.replaceWith(one);
            // A film goes on with what it once was given.
            one.closest<HTMLMediaElement>('video,audio')?.load();
          }
  }
  return left;
};
