import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type LaunchOptions, type Page } from 'playwright-core';
import { shake, slowMo } from './shake.ts';
import { watchThirdParties, type Request } from './thirdparty.ts';

/** The machine's own Chromium. */
export const chromiumHere: LaunchOptions & { executablePath: string; args: string[] } = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run'],
};

/**
 * Chromium, or where the machine has it the headless shell of Chromium: the same engine without
 * what makes windows, tabs and profiles, in which a visitor takes a third of the time.
 */
export const startBrowser = (options: LaunchOptions = {}): Promise<Browser> =>
  chromium.launch({ ...chromiumHere, executablePath: process.env.HEADLESS_SHELL || chromiumHere.executablePath, slowMo, ...options });

/** Chromium as people have it: only this one keeps pages in memory to come back to, and renders pages before they are asked for. */
export const startWholeBrowser = (options: LaunchOptions = {}): Promise<Browser> => chromium.launch({ ...chromiumHere, slowMo, ...options });

/** A person at a browser with a clean profile. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Requests to hosts other than ours, in order. */
  thirdParty: Request[];
  /** Requests to the service, as "METHOD path". */
  ours: string[];
  /** Errors that a page script threw. None is ever acceptable. */
  errors: string[];
  leave(): Promise<void>;
}

/** In milliseconds: many times what the longest test needs on a busy machine. */
const LONGEST_VISIT = 180_000;

export const visit = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> => {
  const context = await browser.newContext({ locale: 'nl-NL', ...options });
  const thirdParty = await watchThirdParties(context);
  const ours: string[] = [];
  const errors: string[] = [];
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (['localhost', '127.0.0.1'].includes(url.hostname)) ours.push(`${request.method()} ${url.pathname}`);
  });
  await shake(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  // The driver's calls have no end of their own where the browser never answers one.
  const watch = setTimeout(() => void browser.close({ reason: `a visitor who stays for ${LONGEST_VISIT / 1000} s hangs` }), LONGEST_VISIT).unref();
  const leave = async () => {
    // The driver leaves a request unanswered that comes while it closes, and Chromium may wait
    // for it: nothing is held any more, and nothing gets out.
    await context.setOffline(true);
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
    clearTimeout(watch);
  };
  return { context, page, thirdParty, ours, errors, leave };
};
