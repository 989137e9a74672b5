import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { banner } from './banner.ts';
import { visit, type Visitor } from './browser.ts';
import { until } from './ports.ts';
import type { Content, Website } from './website.ts';

/** A page that is put together as its owner likes, not as we would. */
export interface Parts {
  /** The whole page: `TAG` stands for our script and `HELD` for what is held back. */
  html?: string;
  /** Or only what stands before our script, behind it, and in the body. */
  before?: string;
  head?: string;
  body?: string;
  headers?: Record<string, string>;
  options?: BrowserContextOptions;
  /** Runs before everything else in every frame. */
  init?: () => void;
}

const usual = ({ before = '', head = '', body = '' }: Parts): string =>
  `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title>${before}TAG${head}<meta name="viewport" content="width=device-width"></head><body><h1>Website</h1>${body}HELD</body></html>`;

/** What every page of a trial holds back, besides what the site file lists. */
export const held = '<script type="text/plain" data-consent="analytics" src="https://held.example/a.js"></script>';

/** Opens such a page as a visitor with a clean profile. */
export const open = async (browser: Browser, website: Website, script: string, path: string, parts: Parts): Promise<Visitor> => {
  const html = (parts.html ?? usual(parts)).replaceAll('TAG', `<script src="${script}"></script>`).replaceAll('HELD', held);
  website.pages[path] = { html, headers: parts.headers ?? {} } satisfies Content;
  const visitor = await visit(browser, parts.options);
  visitor.page.setDefaultTimeout(10_000);
  if (parts.init) await visitor.context.addInitScript(parts.init);
  await visitor.page.goto(website.url + path);
  return visitor;
};

export const released = ({ thirdParty }: Visitor): boolean => thirdParty.some(({ host }) => host === 'held.example');

/** The question is asked, nothing third-party has moved, no script threw. */
export const asks = async (visitor: Visitor): Promise<void> => {
  await banner(visitor.page).region.waitFor();
  assert.deepEqual(visitor.thirdParty.map(({ url }) => url), []);
  assert.deepEqual(visitor.errors, []);
};

/** The mouse reaches the button, and what it allows is let go. */
export const accepts = async (visitor: Visitor): Promise<void> => {
  await banner(visitor.page).accept.click();
  await until('what was held is let go', () => released(visitor));
  await banner(visitor.page).region.waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
};

/** The next page knows the choice, and the control to change it can be used. */
export const remembers = async (visitor: Visitor): Promise<void> => {
  const { page, thirdParty } = visitor;
  const ui = banner(page);
  thirdParty.length = 0;
  await page.reload();
  await until('what is allowed loads', () => released(visitor));
  await ui.reopen.click();
  await ui.preferences.waitFor();
  assert.equal(await ui.region.isVisible(), false);
  await page.keyboard.press('Escape');
  await ui.preferences.waitFor({ state: 'hidden' });
  assert.deepEqual(visitor.errors, []);
};

/** The whole of it: asked, allowed by mouse, remembered. */
export const works = async (visitor: Visitor): Promise<void> => {
  await asks(visitor);
  await accepts(visitor);
  await remembers(visitor);
  await visitor.leave();
};
