/** The page's interface to Sluis: `window.Sluis` and three events on `document`. */

export type Category = 'necessary' | 'functional' | 'analytics' | 'social-media';

/** The proof of one decision, as the service answered it. */
export interface Receipt {
  readonly v: 1;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly who?: Readonly<Record<string, string>>;
  readonly whoHash?: string;
  readonly proof: string;
}

export interface Sluis {
  /** Whether a category or a service may load now. Before a choice only `necessary` may. */
  allows(what: Category | `service:${string}`): boolean;
  /**
   * The choice in force as the choice cookie holds it, `undefined` while there
   * is none: what `GET /v1/sites/{site}/scripts?choice=` takes. Ask `allows` what
   * it means.
   */
  readonly choice?: string;
  /** Opens the preferences. */
  open(): void;
  /**
   * Withdraws everything, tells services to stop, takes embeds back, removes
   * what was left behind, and asks for the page anew where a script that was let
   * go cannot be told. `null`: nothing was withdrawn, for
   * Sluis could not be reached; the next call tries again.
   */
  withdraw(): Promise<void | null>;
  /** The receipt of the newest decision; `null` while the service has not answered or cannot be reached. */
  receipt(): Promise<Receipt | null>;
  /** Settles once a choice is known and the body has begun: at once for a returning visitor, else when the visitor chooses. */
  readonly ready: Promise<void>;
}

declare global {
  interface Window {
    Sluis?: Sluis;
  }
  interface DocumentEventMap {
    /** A choice is known and the body has begun. Once per page. */
    'sluis:ready': CustomEvent<null>;
    /** Another choice came into force: by a decision on this page or in another tab. The one that the page began under is told by `sluis:ready`. */
    'sluis:choice': CustomEvent<null>;
    /** Something held is about to be let go. `detail` is the element, or the script of a managed service. */
    'sluis:release': CustomEvent<HTMLElement>;
  }
}
