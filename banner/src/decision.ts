/** Makes a decision of the visitor hold: cookie, page, record, and what must go. */
import { attempt } from './attempt';
import { signalled } from './browsersignal';
import { CATEGORIES, cookieName, decide, format, Of } from './choice';
import { queue, type Waiting } from './queue';
import { stop, tell } from './stop';
import { clean } from './traces';
import type { Gate } from './wire';

export type Action = 'accept_all' | 'refuse_all' | 'save' | 'withdraw' | 'embed' | 'signal' | 'renew';
export type Layer = 'first' | 'preferences' | 'embed' | 'page' | 'signal';
export type Decide = (action: Action, bits: number, services: string, layer: Layer) => void;

/** Days since 1970, with their fraction. */
const now = (): number => Date.now() / 864e5;

/** After the next paint, or as the page goes: the frame of a click is for what the visitor sees. */
const soon = (act: () => void): void => {
  requestAnimationFrame(() => setTimeout(act));
  addEventListener('pagehide', act);
  // Nothing is painted in a page out of sight.
  setTimeout(act, document.hidden ? 0 : 999);
};

export const decisions = (gate: Gate, notice: string) => {
  const [, read, apply, , , , , base] = gate;
  const record = queue(base);
  let receipt: Promise<unknown> = Promise.resolve(null);
  let cookie = '';

  /** Removes what may no longer be there. */
  const sweep = (): void => {
    for (const [service, pattern] of TRACES) if (!decide(read(), '', service)) clean(pattern);
  };

  /** Puts a choice into force, and ends what is left and what runs against it. */
  const enforce = (cookies: string, earlier: Promise<unknown> = Promise.resolve()): void => {
    const was = read();
    const changed = WITH_STEPS ? tell(gate) : undefined;
    apply(cookies);
    const next = read()!;
    changed?.(was, next);
    const left = stop(gate, was, next);
    sweep();
    if (left) {
      // Until the page goes, what still runs may leave something again.
      addEventListener('pagehide', sweep);
      // An earlier decision's answer may still set its cookie, which only this page can mend.
      Promise.race([earlier, new Promise((go) => setTimeout(go, 1000))]).then(() => location.reload());
    }
  };

  const make: Decide = (action, bits, singled, layer) => {
    bits &= 15;
    const was = read();
    const earlier = receipt;
    const granted = bits > 1 || singled.includes('+');
    const number = was?.[Of.ConsentId] || (granted ? crypto.randomUUID() : '');
    // Part of an answer is no answer to the whole question: the date of that answer stays.
    const day = (action == 'embed' || action == 'renew') && was ? +was[Of.Day]! : Math.floor(now());
    const secure = location.protocol == 'https:';
    const value = format(bits | (signalled() ? 16 : 0), day, singled, granted ? number : '');
    const pair = `${cookieName(secure)}=${value}`;
    cookie = `${pair};path=/;samesite=lax;max-age=${Math.ceil((DAYS + 1 + day - now()) * 86400)}${secure ? ';secure' : ''}`;
    attempt(() => (document.cookie = cookie));
    try {
      enforce(pair, earlier);
    } finally {
      // Whatever the page makes of it: what was decided is written down.
      const singles = Object.fromEntries([...singled.matchAll(/([+!])([a-z\d-]+)/g)].map(([, sign, id]) => [id, sign == '+' ? 'granted' : 'denied']));
      const decided = {
        id: crypto.randomUUID(),
        ...(number && { consentId: number }),
        // To refuse after a grant is to withdraw, whichever button says so.
        action: was?.[Of.ConsentId] && !granted && action != 'signal' ? 'withdraw' : action,
        choices: Object.fromEntries(CATEGORIES.map((category, i) => [category, bits & (1 << i) ? 'granted' : 'denied'])),
        ...(singled && { services: singles }),
        notice,
        language: LANGUAGE,
        layer,
        layout: LAYOUT,
        gpc: signalled(),
      } as Waiting;
      receipt = new Promise<void>(soon)
        .then(() => record(decided))
        .then((proof) => {
          // Its cookie came with the answer, after the next decision's.
          attempt(() => {
            if (read()![Of.Source] != value && document.cookie.includes(value)) document.cookie = cookie;
          });
          return proof;
        });
    }
  };

  /** The proof of the newest decision: of this page, or as the service holds it for the visitor's number. */
  const proof = (): Promise<unknown> =>
    receipt
      .then(async (own) => {
        const number = read()?.[Of.ConsentId];
        const get = (path: string) => fetch(`${base}v1/sites/${SITE}/${path}`, { credentials: 'omit' }).then((response) => (response.ok ? response.json() : null));
        if (own || !number) return own;
        const visitor = await get(`consents/${number}`);
        return visitor && get(`records/${visitor.history[0].facts.id}/receipt?consentId=${number}`);
      })
      .catch(() => null);

  return { make, enforce, proof };
};
