/** What the gate and the banner of one release say to each other. */
import type { CATEGORIES, Choice, decide } from './choice';

/** What the gate asks of the banner. */
export const enum Act {
  /** Show what the present choice calls for: first layer, placeholders, or nothing. */
  Show,
  Preferences,
  Withdraw,
  Receipt,
  /** Another tab or a page restored from memory finds another choice than the one it runs under. */
  Changed,
  /** The browser's privacy signal is newer than the choice. */
  Signal,
}

export type Banner = (act: Act) => unknown;

/** Something that was let go, and whether it is a script: that runs on when its element is no more. */
export type Gone = readonly [element: WeakRef<HTMLElement> | undefined, marks: DOMStringMap, script: boolean | undefined];

export type Load = (service: Held) => void;

export type Run = (steps: readonly Step[]) => void;

/** What the gate gives the banner: an ordered tuple, for names would cost bytes in both scripts. */
export type Gate = readonly [
  /** Gives the gate the banner. */
  ready: (banner: Banner) => void,
  /** The choice in force. */
  read: () => Choice | undefined,
  /** Puts the choice of these cookies into force on this page. */
  apply: (cookies: string) => void,
  /** Lets one held element go. */
  release: (element: HTMLElement) => void,
  /** Service of a held element, by its mark or its address. */
  serviceOf: (element: Pick<HTMLElement, 'dataset'>) => string | undefined,
  services: typeof SERVICES,
  /** Address of the service, with a slash at the end. */
  base: string,
  /** What was let go on this page, with the marks it had. */
  gone: Gone[],
  /** Whether a choice lets a category or a service load. */
  decide: typeof decide,
  /** In the order of their bits. */
  categories: typeof CATEGORIES,
  /** Whether the browser sends a privacy signal. */
  signalled: () => boolean,
  /** Whether the page has TLS. */
  secure: boolean,
  /** Does steps, where a service of the site has any. */
  run: 0 | Run,
  /** Loads one managed service, where one may be asked for by itself. */
  load: 0 | Load,
];

/** The gate's script element for the banner carries the gate in. */
export interface BannerScript extends HTMLScriptElement {
  gate?: Gate;
  /** Called by the last line of the banner's file, which alone knows the notice's hash. */
  start?: (notice: string) => void;
}
