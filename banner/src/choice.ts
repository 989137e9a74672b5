/**
 * The choice cookie: `1.<legal>.<bits>.<day>.<services>.<consentId>`. Pure, so
 * that it is tested without a browser; banner/choice.go reads the same value.
 */

export const CATEGORIES = ['necessary', 'functional', 'analytics', 'social-media'] as const;
export type Category = (typeof CATEGORIES)[number];

/** A choice is what the pattern of its cookie found; this says where. */
export const enum Of {
  /** The cookie's value, to see that another tab changed it. */
  Source = 1,
  /** In hexadecimal: 1 necessary, 2 functional, 4 analytics, 8 social-media; 16 chosen while the browser sent a privacy signal. */
  Bits,
  /** Day of the decision since 1970. */
  Day,
  /** Services decided apart from their category: "+youtube!x-embed". */
  Services,
  /** Empty where nothing is granted. */
  ConsentId,
}
export type Choice = RegExpMatchArray;

/**
 * Reads the choice from all cookies of the page. Anything but the exact shape
 * is no choice: doubt never grants. `now` counts days, with their fraction.
 */
export const parse = (cookies: string, secure: boolean, now: number): Choice | false | null => {
  // The last part is a consent number, or nothing where nothing is granted.
  const choice = cookies.match(
    `(?:^|; )${secure ? '__Host-' : ''}sluis=(1\\.${LEGALS}\\.(1?[13579bdf])\\.(\\d{5})\\.((?:[+!][a-z\\d-]+)*)\\.([\\da-f-]{36}|(?<=\\.1?1\\.\\d{5}[^+;]*)))(?![^;])`,
  );
  // A day of slack ahead for clocks.
  return choice && +choice[Of.Day]! < now + 1 && now - +choice[Of.Day]! < DAYS + 1 && choice;
};

/** The value that parse reads back. */
export const format = (bits: number, day: number, services: string, consentId: string): string =>
  [1, LEGAL, bits.toString(16), day, services, consentId].join('.');

/** The services of a choice that were decided apart from their category, each with its sign. */
export const singlesOf = (services: string): string[] => services.match(/[+!][a-z\d-]+/g) ?? [];

/** Singled-out services as the cookie orders them: each once, and what was said first counts. */
export const join = (singles: string[]): string =>
  (WITH_EARLIER ? singles.filter((single, i) => singles.findIndex((other) => other.slice(1) == single.slice(1)) == i) : singles)
    .sort((a, b) => (a.slice(1) < b.slice(1) ? -1 : 1))
    .join('');

/** Whether a service may load, or a whole category where no service of the site is named. */
export const decide = (choice: Choice | false | null | undefined, category: string | undefined, service?: string): boolean => {
  const own = WITH_SERVICES ? SERVICES[service!] : undefined;
  const sign = (WITH_NECESSARY ? own && own[0] > 1 : own) && choice && choice[Of.Services]!.match(`([+!])${service}(?![a-z\\d-])`);
  // Without a choice only what is necessary; a category nobody knows has a bit that no choice has.
  return sign ? sign[1] == '+' : !!(+('0x' + (choice ? choice[Of.Bits] : 1)) & (own ? own[0] : 1 << CATEGORIES.indexOf(category as Category)));
};
