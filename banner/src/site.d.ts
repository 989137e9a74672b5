// What the bundler bakes into a site's scripts (see ../bundle_gate.go and ../bundle_layers.go). Nothing is
// fetched and nothing is looked up: a branch that a site does not need is gone
// from its script.

/** Raised when visitors must be asked again; a cookie with another number is no choice. */
declare const LEGAL: number;
/** The legal versions whose choices count, as a pattern. */
declare const LEGALS: string;
declare const WITH_EARLIER: boolean;
/** By an earlier legal version: the categories of what was added since, as bits, and those services, denied. */
declare const EARLIER: Readonly<Record<string, readonly [bits: number, denied: string]>>;
/** For how many days a choice counts. */
declare const DAYS: number;
/** Slug of the site. */
declare const SITE: string;
/** Name of this build: the banner's address holds it. */
declare const RELEASE: string;
/** Where records of this site may come from; only the panel of ?sluis-debug knows. */
declare const ORIGINS: readonly string[];
/** Languages of the site as "nl|en", the first being the default. */
declare const LANGUAGES: string;
declare const DEFAULT_LANGUAGE: string;
/** Label of the reopen control: one for all, or per language. */
declare const REOPEN: string | Readonly<Record<string, string>>;
/** Colour scheme and corner of the reopen control. */
declare const REOPEN_STYLE: string;

declare const WITH_LANGUAGES: boolean;
/** Privacy signals of the browser are heeded. */
declare const WITH_SIGNAL: boolean;
declare const WITH_SERVICES: boolean;
/** One of them is necessary, which no cookie denies. */
declare const WITH_NECESSARY: boolean;
declare const WITH_LOAD: boolean;
declare const WITH_WHEN: boolean;
declare const WITH_ATTRIBUTES: boolean;
declare const WITH_SCRIPT_ATTRIBUTES: boolean;
declare const WITH_GOOGLE: boolean;
/** Google Tag Manager is among the services. */
declare const WITH_CONTAINER: boolean;
declare const WITH_EMBEDS: boolean;
declare const WITH_SPARING: boolean;
declare const WITH_QUERY: boolean;
/** Two services of the site share a host: addresses are told apart by their beginning. */
declare const WITH_PATHS: boolean;
/** A service of the site has steps of its own. */
declare const WITH_STEPS: boolean;
declare const WITH_AFTER: boolean;
declare const WITH_DEFAULTS: boolean;
/** Unmarked tags are held back too. */
declare const WITH_NET: boolean;
/** The label of social-media names advertising. */
declare const WITH_ADVERTISING: boolean;

/** Id of the service that Google's analytics signal is about. */
declare const GOOGLE: string;
/** Id of the service that its advertising signals are about. */
declare const ADS: string;

/** `[kind, name of a global, ...arguments]` as JSON, so that each run gives a service values of its own. */
type Step = string;

type Attributes = Readonly<Record<string, string>>;

/** What the gate needs of a service. */
type Held = [
  bit: number,
  /** Address of the script; emptied once it has been loaded, to 0 where the net tells a choice from "load once". */
  script?: string | 0,
  /** Measurement id of Google Analytics. */
  google?: string | 0,
  /** Only where the page has such an element. */
  when?: string | 0,
  /** Set on those elements, for privacy. */
  attributes?: Attributes | 0,
  /** Set on the script's element. */
  scriptAttributes?: Attributes | 0,
  /** What comes before the script, the consent call last. */
  before?: readonly Step[] | 0,
  /** What is done once it is there. */
  after?: readonly Step[],
  /** Its script has run, or never will. */
  settled?: 1,
];
/** The services of the site by id, in the order of its file. */
declare const SERVICES: Readonly<Record<string, Held>>;
/** Consent calls that come before everything else. */
declare const DEFAULTS: readonly Step[];
/** By the host of a frame, or by the beginning of its address, the longest first: the service. */
declare const EMBEDS: Readonly<Record<string, string>>;
/** With the net instead of EMBEDS: patterns of host and path, the narrower first, and the service whose they are. */
declare const OWNERS: readonly (readonly [pattern: string, service: string])[];
/** By the service of a frame: a host that spares privacy more. */
declare const SPARING: Readonly<Record<string, string>>;
/** By the service of a frame: what to add to its query. */
declare const QUERIES: Readonly<Record<string, string>>;

// Banner only.

/** Theme and layout included. A list of one, named so: the bundler puts lists first, by name, and a file that begins with its style sheet compresses better. */
declare const ALL_CSS: readonly [sheet: string];

declare const LANGUAGE: string;
/** The way it is written, whatever way the page's own language is. */
declare const DIRECTION: 'ltr' | 'rtl';
/** How dates are written in it, also where a browser does not speak it. */
declare const DATE_LOCALE: string;
declare const DATE_STYLE: 'long' | 'short';
declare const LAYOUT: 'box' | 'bar' | 'centred';
/** The page's own font, or the machine's. */
declare const WITH_PAGE_FONT: boolean;
/** Address of an image of the site's own; empty for none. */
declare const LOGO: string;
/** Address of the site's privacy statement. */
declare const PRIVACY: string;

type Detail = readonly [
  id: string,
  name: string,
  purpose: string,
  privacy: string,
  recipients: string,
  cookies: string,
  retention: string,
  transfer: string,
  /** Its purpose is in English where the banner is not. */
  foreign?: 1,
];
/** A service has such a purpose. */
declare const WITH_FOREIGN: boolean;
/** What legal versions added, in the order of the site file. */
declare const NEWS: readonly (readonly [since: number, service: string, bit: number, text: string])[];
/** The four categories in their order. */
declare const GROUPS: readonly (readonly [name: string, text: string, services: readonly Detail[]])[];
/** A service of the site leaves something behind on the site's own origin. */
declare const WITH_TRACES: boolean;
/** Names of what services leave behind on the site's own origin, as a pattern. */
declare const TRACES: readonly (readonly [service: string, pattern: string])[];
/** What of the machine's storage they use, besides cookies. */
declare const WITH_STORAGE: boolean;
declare const WITH_DATABASES: boolean;
declare const WITH_CACHES: boolean;
/** By service: consent calls to make again, to take back, and whether the latter ends what runs. */
declare const CALLS: Readonly<Record<string, readonly [grant: readonly Step[], deny: readonly Step[], stops?: 1]>>;

// texts/{language}.json, one constant per key.
declare const TEXT_TITLE: string;
declare const TEXT_INTRO: string;
declare const TEXT_WITHDRAWAL: string;
declare const TEXT_PRIVACY: string;
declare const TEXT_ACCEPT: string;
declare const TEXT_REFUSE: string;
declare const TEXT_CHOOSE: string;
declare const TEXT_SAVE: string;
declare const TEXT_CLOSE: string;
declare const TEXT_PREFERENCES: string;
declare const TEXT_PREFERENCES_INTRO: string;
declare const TEXT_SERVICES: string;
declare const TEXT_SERVICES_NONE: string;
declare const TEXT_SERVICE_RECIPIENTS: string;
declare const TEXT_SERVICE_COOKIES: string;
declare const TEXT_SERVICE_RETENTION: string;
declare const TEXT_SERVICE_TRANSFER: string;
declare const TEXT_SERVICE_PRIVACY: string;
declare const TEXT_CONSENT_NUMBER: string;
declare const TEXT_CONSENT_DATE: string;
declare const TEXT_COPY: string;
declare const TEXT_COPIED: string;
declare const TEXT_RECEIPT: string;
declare const TEXT_RECEIPT_NONE: string;
declare const TEXT_SAVED: string;
declare const TEXT_GPC: string;
declare const TEXT_CHANGED: string;
declare const TEXT_CHANGED_ACCEPT: string;
declare const TEXT_CHANGED_REFUSE: string;
declare const TEXT_EMBED_TITLE: string;
declare const TEXT_EMBED_TEXT: string;
declare const TEXT_EMBED_ONCE: string;
declare const TEXT_EMBED_ALWAYS: string;

declare module '*.css' {
  const text: string;
  export default text;
}
