/**
 * The choice cookie: `1.<legal>.<bits>.<day>.<services>.<consentId>`. Pure, so
 * that it is tested without a browser; banner/choice.go reads the same value.
 */

export const CATEGORIES = ['necessary', 'functional', 'analytics', 'social-media'] as const;
export type Category = (typeof CATEGORIES)[number];

/** A tuple, since the gate and the banner are two scripts and share no names. */
export type Choice = readonly [
  /** 1 necessary, 2 functional, 4 analytics, 8 social-media. */
  bits: number,
  /** Day of the decision since 1970. */
  day: number,
  /** Services decided apart from their category: "+youtube!x-embed". */
  services: string,
  consentId: string | undefined,
  /** The cookie's value, to see that another tab changed it. */
  source: string,
];

/** Browsers refuse the prefix without TLS; with it no other host can have set the cookie. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-' : '') + 'sluis';

/**
 * Reads the choice from all cookies of the page. Anything but the exact shape
 * is no choice: doubt never grants. `now` counts days, with their fraction.
 */
export const parse = (cookies: string, secure: boolean, now: number): Choice | undefined => {
  const match = cookies.match(
    `(^|; )${secure ? '__Host-' : ''}sluis=(1\\.${LEGAL}\\.([13579bdf])\\.([1-9]\\d*)\\.(([+!][a-z\\d-]+)*)\\.([\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12})?)(;|$)`,
  );
  if (match) {
    const [, , source, bits, day, services, , consentId] = match as unknown as [0, 0, string, string, number, string, 0, string?];
    // A day of slack ahead for clocks; whoever was granted anything holds a number.
    if (day < now + 1 && now - day < DAYS + 1 && (consentId || /^1[^+]*$/.test(bits + services)))
      return [parseInt(bits, 16), +day, services, consentId, source];
  }
  return;
};

/** The value that parse reads back. */
export const format = (bits: number, day: number, services: string, consentId: string): string =>
  [1, LEGAL, bits.toString(16), day, services, consentId].join('.');

/** Singled-out services as the cookie orders them. */
export const join = (singles: string[]): string => singles.sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1)).join('');

/** Whether a service may load, or a whole category where no service of the site is named. */
export const decide = (choice: Choice | undefined, category: string | undefined, service?: string): boolean => {
  const own = WITH_SERVICES ? SERVICES[service!] : undefined;
  const sign = own && choice?.[2].match(`([+!])${service}(?![a-z\\d-])`);
  // Without a choice only what is necessary; a category nobody knows has a bit that no choice has.
  return sign ? sign[1] == '+' : !!((choice?.[0] ?? 1) & (own ? own[0] : 1 << CATEGORIES.indexOf(category as Category)));
};
