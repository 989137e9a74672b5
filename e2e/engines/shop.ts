import type { Host } from './outside.ts';

/** What a page of the shop keeps about itself, for the test to read. */
declare global {
  interface Window {
    /** What ran, in order: addresses of scripts and words of inline ones. */
    __ran?: string[];
    /** Set by a test to see whether the page is still the same one. */
    same?: boolean;
    /** Errors and breaches of the policy. None is ever acceptable. */
    faults: string[];
    dataLayer?: ArrayLike<any>[];
  }
}

const says = (word: string): string => `(window.__ran = window.__ran || []).push('${word}')`;
const held = (attributes: string, text = ''): string => `<script type="text/plain" data-consent="analytics" nonce="shop" ${attributes}>${text}</script>\n`;
const film = (id: string): string =>
  `<iframe data-consent="social-media" data-service="youtube" data-src="https://www.youtube.com/embed/${id}" title="Film ${id}" width="560" height="315"></iframe>\n`;

/**
 * A shop under the strictest policy that our docs promise to work with. Its
 * page arrives in two pieces, cut in the middle of an inline script, as it may
 * over any slow line.
 */
export const shop = (consent: string): Host => (incoming, answer) => {
  if (incoming.url !== '/' && incoming.url !== '/next') return void answer.writeHead(404).end();
  const page = `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Winkel</title>
<script nonce="shop">window.faults = [];
addEventListener('error', (event) => faults.push(event.message || 'not loaded: ' + (event.target.src || event.target)));
addEventListener('unhandledrejection', (event) => faults.push(String(event.reason)));
addEventListener('securitypolicyviolation', (event) => faults.push(event.violatedDirective + ' ' + event.blockedURI));</script>
<script nonce="shop" src="${consent}/site.js"></script>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Winkel</h1>
${held('src="https://one.example/slow.js" crossorigin="anonymous" data-own="x"')}${held('', says('inline 1'))}${held('src="https://two.example/b.js" defer')}
${held('', `${says('inline 2')};/*CUT*/${says('inline 3')}`)}${held('src="https://three.example/any.js" async')}
${held('data-type="module"', says('inline module'))}${held('data-type="module" src="https://four.example/m.js" crossorigin')}
<p>Tekst.</p>${film('a')}${film('b')}<p id="below">onder</p></main></body></html>`;
  const [first, second] = page.split('/*CUT*/');
  answer.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'self'; script-src 'nonce-shop' 'strict-dynamic'; connect-src 'self' ${consent}; frame-src https:; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types sluis`,
  });
  answer.write(first);
  setTimeout(() => answer.end(second), 100);
};
