/** Holds marked elements and managed services back, and lets go what the choice allows. */
import { decide } from './choice';
import { banner, call, choice, settle } from './gate';
import { configure } from './google';
import { emit, nonce, scriptFor } from './page';
import { pending, release, serviceOf } from './release';
import { offer } from './reopen';
import { run } from './steps';
import type { Tag } from './tag';
import { Act } from './wire';

let begun: unknown;

/** Loads a managed service. */
export const load = (service: Held): void => {
  const [, address, google] = service;
  service[1] = '';
  const script = scriptFor(address as string);
  if (WITH_SCRIPT_ATTRIBUTES) for (const name in service[5] as Attributes) script.setAttribute(name, (service[5] as Attributes)[name]!);
  if (WITH_GOOGLE && google) configure(google);
  if (WITH_STEPS) {
    if (service[6]) run(service[6]);
    script.onload = script.onerror = () => (service[8] = 1);
  }
  if (WITH_AFTER && service[7]) script.addEventListener('load', () => run(service[7]!));
  emit('release', script);
  document.head.append(script);
};

/**
 * Lets go whatever the choice allows, in document order, and has the banner
 * show what is left: the question, or placeholders for embeds.
 */
export const look = (): void => {
  let ask: unknown = !choice || banner;
  let waiting: unknown;
  for (const element of document.querySelectorAll<HTMLScriptElement & Tag>('[data-consent],[data-service]')) {
    const script = element.localName == 'script';
    if (!decide(choice, element.dataset.consent, serviceOf(element))) ask ||= element.localName == 'iframe';
    else if (
      !script ||
      // Firefox runs a module as an ordinary script where it becomes one before the
      // parser is done with it; by then it is async, see above.
      ((!element.dataset.type || element.async || (WITH_NET && element.$given)) &&
        // Where the site runs on nonces, markup that was smuggled in has none.
        (!nonce || element.nonce == nonce) && (element.hasAttribute('async') || (WITH_NET && element.$given && element.async) || !(waiting ||= pending.size && !element.src)))
    )
      release(element, script);
  }
  if (WITH_LOAD)
    for (const id in SERVICES) {
      const service = SERVICES[id]!;
      // On those too that come when the service is there already.
      if (WITH_ATTRIBUTES && service[4])
        for (const element of document.querySelectorAll(service[3] as string))
          for (const name in service[4])
            // Not again: whoever watches attributes may change the page, which brings us back here.
            if (element.getAttribute(name) != service[4][name]) element.setAttribute(name, service[4][name]!);
      if (service[1] && (!WITH_WHEN || !service[3] || document.querySelector(service[3])))
        if (decide(choice, '', id)) {
          load(service);
          // What follows from it is let in by the choice alone: see catch.ts.
          if (WITH_NET && WITH_WHEN) service[1] = 0;
        } else if (WITH_WHEN) ask ||= service[3];
    }
  if (ask) call(Act.Show);
  // The scripts of the head listen by then.
  if (choice && document.body) {
    offer();
    begun ||= (settle(), emit('ready'));
  }
};
