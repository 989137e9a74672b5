/** What the gate knows of the page it runs in, read once while its own tag is still running. */

// A page may have pasted the tag twice: our one try ends here, for null has no such parts. Not
// for an element of that name, such as a heading before an async tag: the page's window knows it by its id.
export const { src, nonce } = (window.Sluis?.allows ? null : document.currentScript) as HTMLScriptElement;

/** Browsers tell no other host's cookie from ours without TLS. A page inside a `srcdoc` has an origin and no address that says so. */
export const secure = /^https/.test(origin);

/** Where the service answers: beside the gate, whatever the path or CDN before it. */
export const base = src.replace(/(v\/[^/]*\/)?[^/]*$/, '');

interface Trust {
  createScriptURL: (url: string) => string;
}

/** Sites that require Trusted Types allow the one name `sluis`. */
const trust = (window as { trustedTypes?: { createPolicy: (name: string, rules: Trust) => Trust } }).trustedTypes?.createPolicy('sluis', {
  createScriptURL: (url) => url,
});

/** A script element with its address. */
export const scriptFor = (url: string): HTMLScriptElement => {
  const script = document.createElement('script');
  script.nonce = nonce;
  script.src = trust?.createScriptURL(url) ?? url;
  return script;
};

export const emit = (name: string, detail?: unknown): unknown =>
  document.dispatchEvent(new CustomEvent('sluis:' + name, { detail }));
