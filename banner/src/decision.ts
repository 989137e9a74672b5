/** Makes a decision of the visitor hold: cookie, page, record, and what must go. */
import { soon } from './soon';
import { apply, base, categories, decide, read, secure, signalled } from './given';
import { format, Of, singlesOf } from './choice';
import { end, queue, waiting } from './queue';
import { clean } from './traces';
import { stop, tell } from './stop';

export type Action = 'accept_all' | 'refuse_all' | 'save' | 'withdraw' | 'embed' | 'signal' | 'renew';
export type Layer = 'first' | 'preferences' | 'embed' | 'page' | 'signal';
export type Decide = (action: Action, bits: number, services: string, layer: Layer) => void;

/** Removes what may no longer be there. */
const sweep = (): void => {
  for (const [service, pattern] of TRACES) if (!decide(read(), '', service)) clean(pattern);
};

/** Keeps a choice as the cookie of the page, where one may be kept, and returns it. */
const keep = (value: string): string => {
  // Browsers refuse the prefix without TLS; with it no other host can have set the cookie.
  const pair = `${secure ? '__Host-' : ''}sluis=${value}`;
  const left = DAYS + 1 + +value.split('.')[3]! - Date.now() / 864e5;
  try {
    document.cookie = `${pair};path=/;samesite=lax;max-age=${(left * 86400) | 0}${secure ? ';secure' : ''}`;
  } catch {}
  return pair;
};

export const decisions = (notice: string) => {
  const record = queue();
  let receipt: Promise<unknown> | undefined;
  /** The choice that it proves. */
  let proven = '';

  /** Puts a choice into force, and ends what is left and what runs against it. */
  const enforce = (cookies: string, granted?: unknown): void => {
    const was = read();
    if (WITH_STEPS) tell(cookies);
    else apply(cookies);
    // What was chosen about a newer legal version only a new page can read. Where nothing
    // is granted here, nor just was, it has time: a form may be half filled in. A choice that is gone is none.
    const left = stop(was) || (/sluis=/.test(cookies) && was == read() && document.cookie.includes(cookies) && (granted || was?.[Of.ConsentId] != ''));
    if (WITH_TRACES) sweep();
    if (left) {
      // Until the page goes, what still runs may leave something again.
      if (WITH_TRACES) addEventListener('pagehide', sweep);
      // Asked for anew: loaded again, the answer to a form would send the form again. An
      // address with a fragment leads nowhere but to the page that is there.
      location[/#/.test(location as never) ? 'reload' : 'replace'](location as never);
    }
  };

  const make: Decide = (action, bits, singled, layer) => {
    const was = read();
    const granted = bits > 1 || singled.includes('+');
    const number = was?.[Of.ConsentId] || (granted && crypto.randomUUID());
    // Part of an answer is no answer to the whole question: the date of that answer stays.
    const day = (action == 'embed' || (WITH_EARLIER && action == 'renew')) && was ? +was[Of.Day]! : (Date.now() / 864e5) | 0;
    // Whether the browser asked to be left alone is said anew with each choice.
    const value = format((bits & 15) | (+signalled() << 4), day, singled, granted ? (number as string) : '');
    proven = value;
    // First: whatever the page makes of it, what was decided is written down; and what is
    // on its way would bring back the cookie of the choice before.
    receipt = record({
      ...(number && { consentId: number }),
      // To refuse after a grant is to withdraw, whichever button says so.
      action: was?.[Of.ConsentId] && !granted && action != 'signal' ? 'withdraw' : action,
      choices: Object.fromEntries(categories.map((category, i) => [category, bits & (1 << i) ? 'granted' : 'denied'])),
      ...(singled && { services: Object.fromEntries(singlesOf(singled).map((single) => [single.slice(1), single[0] == '+' ? 'granted' : 'denied'])) }),
      notice,
      language: LANGUAGE,
      layer,
      gpc: signalled(),
      layout: LAYOUT,
    });
    enforce(keep(value), granted);
    // The answer to the record of the choice before may have come by then, and its cookie be
    // written in another process after ours. A withdrawn number never comes back rightly; a wider
    // choice of the same number does, where the visitor widened it again.
    soon(() => was && was[Of.Source] != value && (!granted || read()![Of.Source] == value) && document.cookie.includes(was[Of.Source]!) && keep(value));
  };

  /**
   * The proof of the choice in force: of this page, or, where another one made it,
   * as the service holds it for the visitor's number. None while a decision is on
   * its way: the service would prove the one before it.
   */
  const proof = async (of = proven): Promise<unknown> => {
    try {
      const own = await receipt;
      const choice = read();
      if (of == choice?.[Of.Source] && own !== true) return own;
      if (!waiting()[0] && choice?.[Of.ConsentId]) {
        const response = await fetch(`${base}v1/sites/${SITE}/consents/${choice[Of.ConsentId]}/receipt`, { credentials: 'omit' });
        if (response.ok) return await response.json();
      }
    } catch {}
    return null;
  };

  /** What another tab has chosen. */
  const follow = (): void => {
    end();
    enforce(document.cookie);
  };

  return [make, follow, proof] as const;
};
