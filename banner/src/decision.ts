/** Makes a decision of the visitor hold: cookie, page, record, and what must go. */
import { CATEGORIES, cookieName, decide, format, single, today, type Choice } from './choice';
import { queue } from './queue';
import { clean } from './traces';
import type { Gate } from './wire';

export type Action = 'accept_all' | 'refuse_all' | 'save' | 'withdraw' | 'embed';
export type Layer = 'first' | 'preferences' | 'embed' | 'page';
export type Decide = (action: Action, bits: number, services: string, layer: Layer) => void;

/** Whether the first choice allowed something that the next does not. */
const loses = (was: Choice | undefined, now: Choice, services: typeof SERVICES): boolean =>
  !!was && (!!(was[0] & ~now[0]) || services.some(([id]) => decide(was, '', id) && !decide(now, '', id)));

export const decisions = ([read, apply, , , , services, base]: Gate, notice: string) => {
  const record = queue(base);
  let receipt: Promise<unknown> = Promise.resolve(null);

  /** Puts a choice into force, removes what may no longer be there, and ends what runs against it. */
  const enforce = (next: Choice): void => {
    const lost = loses(read(), next, services);
    apply(next);
    for (const [service, pattern] of TRACES) if (!decide(next, '', service)) clean(pattern);
    if (lost) {
      // A tag cannot be unloaded; until the reload, Google's is told to be silent.
      if (WITH_GOOGLE)
        for (const [id, , , , , google] of services)
          if (google && !decide(next, '', id)) (window as unknown as Record<string, boolean>)['ga-disable-' + google] = true;
      location.reload();
    }
  };

  const make: Decide = (action, bits, singled, layer) => {
    const was = read();
    const granted = bits > 1 || singled.includes('+');
    const number = was?.[3] || (granted ? crypto.randomUUID() : '');
    // One embed is no answer to the whole question: the date of that answer stays.
    const day = action == 'embed' && was ? was[1] : today();
    const name = cookieName(location.protocol);
    const value = format(bits, day, singled, granted ? number : '');
    document.cookie = `${name}=${value};path=/;samesite=lax;max-age=${(DAYS + 1 + day - today()) * 86400}${location.protocol == 'https:' ? ';secure' : ''}`;
    const singles = Object.fromEntries(
      services.flatMap(([id]) => {
        const sign = single(singled, id);
        return sign ? [[id, sign == '+' ? 'granted' : 'denied']] : [];
      }),
    );
    receipt = record({
      id: crypto.randomUUID(),
      ...(number && { consentId: number }),
      // To refuse after a grant is to withdraw, whichever button says so.
      action: was?.[3] && !granted ? 'withdraw' : action,
      choices: Object.fromEntries(CATEGORIES.map((category, i) => [category, bits & (1 << i) ? 'granted' : 'denied'])),
      ...(singled && { services: singles }),
      notice,
      language: LANGUAGE,
      layer,
      layout: LAYOUT,
      gpc: !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl,
    } as { id: string });
    enforce([bits, day, singled, granted ? number : '', value]);
  };

  /** The proof of the newest decision: of this page, or as the service holds it for the visitor's number. */
  const proof = (): Promise<unknown> =>
    receipt.then(async (own) => {
      const number = read()?.[3];
      const get = (path: string) => fetch(`${base}v1/sites/${SITE}/${path}`, { credentials: 'omit' }).then((response) => (response.ok ? response.json() : null));
      if (own || !number) return own;
      const visitor = await get(`consents/${number}`);
      return visitor && get(`records/${visitor.history[0].facts.id}/receipt?consentId=${number}`);
    });

  return { make, enforce, proof };
};
