import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type CDPSession, type Page } from 'playwright-core';
import { analytics, type Contender, type Place } from '../contender.ts';
import { Network } from './network.ts';
import { slowDown, type Profile } from './profile.ts';

const observe = readFileSync(new URL('observe.js', import.meta.url), 'utf8');

/**
 * The machine's own Chromium. No name but localhost resolves, so that nothing
 * can leave the machine; the automation mark is off, since some tools hide
 * from robots.
 */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--disable-quic', '--no-first-run', '--disable-blink-features=AutomationControlled', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
  });

/** A phone-sized browser profile of its own, with nothing in its cache. */
export const newProfile = (browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> =>
  browser.newContext({ viewport: { width: 412, height: 823 }, deviceScaleFactor: 1.75, locale: 'en-GB', timezoneId: 'Europe/Amsterdam', ...options });

/**
 * Waits until an expression in the page is true. Not Playwright's own waiting,
 * which would load its helpers into the page: they would count as memory and
 * as blocking time.
 */
export const until = async (cdp: CDPSession, expression: string, within = 30_000): Promise<void> => {
  for (const end = Date.now() + within; ; ) {
    const { result } = await cdp.send('Runtime.evaluate', { expression: `Boolean(${expression})`, returnByValue: true });
    if (result.value === true) return;
    if (Date.now() > end) throw new Error(`never happened within ${within} ms: ${expression}`);
    await new Promise((next) => setTimeout(next, 100));
  }
};

/** Evaluates an expression in the page and hands back its value. */
export const ask = async <T>(cdp: CDPSession, expression: string): Promise<T> => {
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
};

/** When the page asked for the tag, on the page's own clock. */
export const askedAt = `performance.getEntriesByType('resource').find(({ name }) => name.endsWith('${analytics}')).startTime`;

/** What the observer in the page looks for. */
export interface Spec { accept?: Place; banner?: Place; early?: boolean }

/** One page in one tab, watched and, with a profile, slowed down. */
export interface Tab {
  page: Page;
  cdp: CDPSession;
  network: Network;
}

export const openTab = async (context: BrowserContext, spec: Spec, profile?: Profile): Promise<Tab> => {
  const page = await context.newPage();
  await page.addInitScript({ content: `(${observe.replace(/^\/\/.*$/gm, '')})(${JSON.stringify(spec)})` });
  const cdp = await context.newCDPSession(page);
  const network = await Network.of(cdp);
  if (profile) await slowDown(cdp, profile);
  return { page, cdp, network };
};

export const specOf = ({ id, accept, banner }: Contender, early = false): Spec => (id === 'bare' ? {} : { accept, banner, early });

/** The contender's own page. */
export const urlOf = (origin: string, { id }: Pick<Contender, 'id'>, { page }: Pick<Profile, 'page'> = { page: '' }): string => `${origin}/${id}/${page}`;
