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
  consentId: string,
  /** The cookie's value, to see that another tab changed it. */
  source: string,
];

export const today = (): number => Math.floor(Date.now() / 864e5);

/** Browsers refuse the prefix without TLS; with it no other host can have set the cookie. */
export const cookieName = (protocol: string): string => (protocol == 'https:' ? '__Host-' : '') + 'sluis';

/** Anything but the exact shape is no choice: doubt never grants. */
export const parse = (cookies: string, name: string, now: number): Choice | undefined => {
  const match = RegExp(
    `(?:^|; )${name}=(1\\.${LEGAL}\\.([13579bdf])\\.(\\d+)\\.((?:[+!][a-z\\d-]+)*)\\.([\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12})?)(?:;|$)`,
  ).exec(cookies);
  if (match) {
    const [, source, bits, day, services, consentId] = match as unknown as [string, string, string, number, string, string];
    // A day of slack ahead for clocks; whoever was granted anything holds a number.
    if (day < now + 2 && now - day <= DAYS && (consentId || /^1[^+]*$/.test(bits + services)))
      return [parseInt(bits, 16), +day, services, consentId || '', source];
  }
  return;
};

/** The value that parse reads back. */
export const format = (bits: number, day: number, services: string, consentId: string): string =>
  [1, LEGAL, bits.toString(16), day, services, consentId].join('.');

/** What the cookie says about one service of the site alone: "+", "!" or nothing. */
export const single = (services: string, id: string): string | undefined =>
  RegExp(`([+!])${id}(?![a-z\\d-])`).exec(services)?.[1];

/** Singled-out services as the cookie orders them. */
export const join = (singles: string[]): string => singles.sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1)).join('');

/** Whether a service may load, or a whole category where no service of the site is named. */
export const decide = (choice: Choice | undefined, category: string | undefined, service?: string): boolean => {
  const own = WITH_SERVICES ? SERVICES.find((s) => s[0] == service) : undefined;
  const sign = own && choice && single(choice[2], own[0]);
  // Without a choice only what is necessary; a category nobody knows has a bit that no choice has.
  return sign ? sign == '+' : !!((choice?.[0] ?? 1) & (own ? own[1] : 1 << CATEGORIES.indexOf(category as Category)));
};
