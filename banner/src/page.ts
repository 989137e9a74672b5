/** What the gate knows of the page it runs in, read once while its own tag is still running. */

const script = document.currentScript as HTMLScriptElement;

/** Where the service answers: beside the gate, whatever the path or CDN before it. */
export const base = script.src.replace(/(v\/[^/]+\/)?[^/]*$/, '');

export const nonce = script.nonce;

type Trust = Pick<TrustedTypePolicy, 'createScript' | 'createScriptURL'>;
interface TrustedTypePolicy {
  createScript: (text: string) => string;
  createScriptURL: (url: string) => string;
}
interface TrustedTypes {
  createPolicy: (name: string, rules: Trust) => Trust;
}

const same = (text: string): string => text;
const rules: Trust = { createScript: same, createScriptURL: same };

/** Sites that require Trusted Types allow the one name `sluis`. */
export const trust: Trust =
  (window as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('sluis', rules) ?? rules;

/** A script element with our nonce, for addresses that come from the site's own configuration. */
export const scriptFor = (url: string): HTMLScriptElement => {
  const element = document.createElement('script');
  element.src = trust.createScriptURL(url);
  element.nonce = nonce;
  return element;
};

export const emit = (name: string, detail?: unknown): unknown =>
  document.dispatchEvent(new CustomEvent('sluis:' + name, { detail }));

/** Settles when the document has been parsed. */
export const parsed = new Promise((resolve) =>
  document.readyState == 'loading' ? document.addEventListener('DOMContentLoaded', resolve) : resolve(0),
);
