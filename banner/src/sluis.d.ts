/** The page's interface to Sluis: `window.Sluis` and three events on `document`. */

export type Category = 'necessary' | 'functional' | 'analytics' | 'social-media';

/** A decision of the visitor. */
export interface Choice {
  /** Every category, granted or not. */
  readonly categories: Readonly<Record<Category, boolean>>;
  /** The number the visitor holds; empty when nothing was granted. */
  readonly consentId: string;
}

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
  /** The choice in force, `null` while there is none. */
  readonly choice: Choice | null;
  /** Opens the preferences. */
  open(): void;
  /** Withdraws everything, removes what services left behind, and reloads the page if one of them is running. */
  withdraw(): Promise<void>;
  /** The receipt of the newest decision, `null` while the service has not answered. */
  receipt(): Promise<Receipt | null>;
  /** Settles once a choice is known: at once for a returning visitor, else when the visitor chooses. */
  readonly ready: Promise<Choice>;
}

declare global {
  interface Window {
    Sluis?: Sluis;
  }
  interface DocumentEventMap {
    /** The document is parsed and a choice is known. `detail` is the choice. */
    'sluis:ready': CustomEvent<Choice>;
    /** A choice came into force, at the start of the page or by a decision. `detail` is the choice. */
    'sluis:choice': CustomEvent<Choice>;
    /** Something held was let go. */
    'sluis:release': CustomEvent<{ element?: HTMLElement; category?: string; service?: string }>;
  }
}
