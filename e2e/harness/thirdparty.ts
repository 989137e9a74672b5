import type { BrowserContext, Page } from 'playwright-core';

/** One request that left the page for somebody else. */
export interface Request { host: string; url: string; type: string }

/** What the well-known third parties would do to the page, small: enough to see that they ran. */
const fakes: [pattern: RegExp, contentType: string, body: string][] = [
  [/googletagmanager\.com\/gtag/, 'text/javascript',
    `window.__ran=(window.__ran||[]).concat('ga');document.cookie='_ga=GA1.1.1.1;path=/;max-age=9999';document.cookie='_ga_DEMO=GS1;path=/;max-age=9999';`],
  [/connect\.facebook\.net/, 'text/javascript', `window.__ran=(window.__ran||[]).concat('facebook');`],
  [/platform\.(twitter|x)\.com/, 'text/javascript', `window.__ran=(window.__ran||[]).concat('x');`],
  [/\.js(\?|$)/, 'text/javascript', `window.__ran=(window.__ran||[]).concat(document.currentScript?document.currentScript.src:'module');`],
  [/./, 'text/html', '<!doctype html><title>embed</title><button>play</button>'],
];

/** What the fake third party answers under an address. */
export const fakeFor = (url: string): { contentType: string; body: string } => {
  const [, contentType, body] = fakes.find(([pattern]) => pattern.test(url))!;
  return { contentType, body };
};

/**
 * Stands in for the whole outside world: every request to a host other than
 * localhost is counted and answered by a fake, so that "nothing leaked" means
 * an empty list and "loaded" means a named request.
 */
export const watchThirdParties = async (context: BrowserContext): Promise<Request[]> => {
  const seen: Request[] = [];
  await context.route((url) => !['localhost', '127.0.0.1'].includes(url.hostname), async (route) => {
    const request = route.request();
    seen.push({ host: new URL(request.url()).hostname, url: request.url(), type: request.resourceType() });
    await route.fulfill({ ...fakeFor(request.url()), headers: { 'access-control-allow-origin': '*' } });
  });
  return seen;
};

/** The dataLayer as plain arrays: gtag pushes `arguments` objects. */
export const dataLayer = (page: Page): Promise<any[][]> =>
  page.evaluate(() => ((window as any).dataLayer ?? []).map((entry: any) => (entry.length === undefined ? [entry] : Array.from(entry))));
