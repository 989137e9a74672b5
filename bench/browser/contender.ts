/** A file that a contender serves from the page's own origin, under /c/{id}/. */
export interface File {
  body: string | Buffer;
  type: string;
  /** An answer of a program, not a file: never kept in a cache. */
  fresh?: true;
}

/** Where an element is: inside the shadow root of `host` (if any), the first match of `css` whose text is `text` (if given). */
export interface Place {
  host?: string;
  css: string;
  text?: string;
}

/** One consent tool as its own documentation says to install it, with the analytics tag held back. */
export interface Contender {
  id: string;
  name: string;
  /** Read at run time from what is installed, never typed in. */
  version: string;
  /** What a reader must know to judge its figures. */
  note: string;
  /** Set up better than its own documentation says for such a page: compared with apart. */
  tuned?: true;
  /** False when the interface is only an example around a headless core: then axe and the keyboard say nothing about it. */
  ownInterface?: boolean;
  /** Whether it asks per category. A tool that does not is no yardstick for the time a banner takes. */
  categories: boolean;
  files: Record<string, File>;
  /** HTML for the top of <head>, the end of <head> and the end of <body>. */
  head: string;
  tag: string;
  foot: string;
  /** Whether a request belongs to the tool. */
  owns(url: URL): boolean;
  accept: Place;
  /** The whole first layer, for axe. */
  banner: Place;
  /** What opens the preferences, and the preferences themselves; absent when it has none of its own. */
  opener?: Place;
  preferences?: Place;
  stop?(): Promise<void>;
}

/** The tag every contender holds back and the bare page loads outright. */
export const analytics = '/tag/analytics.js';
