import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { banner } from './banner.ts';
import { visit, type Visitor } from './browser.ts';
import type { Content, Website } from './website.ts';

/** Opens a page as a visitor with a clean profile, who is asked there. */
export const openAsking = async (browser: Browser, website: Website, path: string, content: Content): Promise<Visitor> => {
  website.pages[path] = content;
  const visitor = await visit(browser);
  await visitor.page.goto(website.url + path);
  await banner(visitor.page).region.waitFor();
  return visitor;
};

/** How many requests to others have such a part in their address. */
export const asked = ({ thirdParty }: Visitor, part: string): number => thirdParty.filter(({ url }) => url.includes(part)).length;

/** The address that the first such element has. */
export const src = (page: Page, of = 'iframe'): Promise<string | null> => page.evaluate((of) => document.querySelector(of)!.getAttribute('src'), of);

/** Ends a visit in which nothing of ours has thrown. */
export const leave = async (visitor: Visitor): Promise<void> => {
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
};

export const accept = async ({ page }: Visitor): Promise<void> => {
  await banner(page).accept.click();
  await banner(page).reopen.waitFor();
};
export const refuse = async ({ page }: Visitor): Promise<void> => {
  await banner(page).refuse.click();
  await banner(page).reopen.waitFor();
};
export const withdraw = ({ page }: Visitor): Promise<unknown> => page.evaluate(() => window.Sluis!.withdraw());

/** What the page asked for before has been seen by then. */
export const settled = ({ page }: Visitor): Promise<unknown> => page.evaluate(() => fetch('/').then(() => new Promise(requestAnimationFrame)));
