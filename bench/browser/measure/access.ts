import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Contender, Place } from '../contender.ts';
import { newProfile, openTab, specOf, urlOf, type Tab } from './browser.ts';

/** What one axe rule found. */
export interface Violation { id: string; impact: string; nodes: number }

/** Keyboard and screen-reader findings, and what opening the preferences costs. No throttling: they do not vary. */
export interface Access {
  /** Bytes and requests of a first visit, preferences opened. */
  bytes: number;
  requests: number;
  banner: Violation[];
  preferences: Violation[] | null;
  /** Presses of Tab from the start of the page to accept; null when never reached. */
  tabs: number | null;
  stealsFocus: boolean;
  leaves: boolean | null;
  escape: boolean | null;
  returns: boolean | null;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const check = async (page: Page, place: Place): Promise<Violation[]> => {
  await page.evaluate(axe);
  return page.evaluate(async (where) => {
    const root = window.__reach.locate(where);
    if (!root) throw new Error(`nothing at ${where.css}`);
    const { violations } = await (window as any).axe.run(root.getRootNode() === document ? root : { include: [{ fromShadowDom: [where.host, where.css] }] });
    return violations.map(({ id, impact, nodes }: any) => ({ id, impact, nodes: nodes.length }));
  }, place);
};

const focused = (page: Page, place: Place): Promise<boolean> =>
  page.evaluate((where) => window.__reach.active() === window.__reach.locate(where), place);
const focusWithin = (page: Page, place: Place): Promise<boolean> =>
  page.evaluate((where) => { const { active, locate, within } = window.__reach, root = locate(where); return Boolean(root && within(active(), root)); }, place);
const shown = (page: Page, place: Place): Promise<boolean> =>
  page.evaluate((where) => window.__reach.shown(window.__reach.locate(where)), place);
const onPage = (page: Page): Promise<boolean> =>
  page.evaluate(() => { const element = window.__reach.active(); return element !== null && element !== document.body && element !== document.documentElement; });

/** Presses Tab until the element has focus; null after forty. */
const tabTo = async (page: Page, place: Place): Promise<number | null> => {
  for (let presses = 0; presses <= 40; presses++) {
    if (await focused(page, place)) return presses;
    await page.keyboard.press('Tab');
  }
  return null;
};

/** Waits for the tool to show what it should, and for its animation to end. */
const appear = async ({ page, network }: Tab, place: Place): Promise<void> => {
  await page.waitForFunction((where) => window.__reach.shown(window.__reach.locate(where)), place, { timeout: 15_000 });
  await network.quiet(300);
  await page.waitForTimeout(700);
};

/** Judges one contender, and leaves a picture of each layer in the folder, so that a reader can see what was measured. */
export const accessVisit = async (browser: Browser, origin: string, contender: Contender, folder: string): Promise<Access> => {
  const context = await newProfile(browser);
  try {
    const tab = await openTab(context, specOf(contender));
    const { page, network } = tab;
    await page.goto(urlOf(origin, contender), { waitUntil: 'load' });
    await appear(tab, contender.accept);
    const stealsFocus = await focusWithin(page, contender.banner);
    const tabs = await tabTo(page, contender.accept);
    const banner = await check(page, contender.banner);
    await page.screenshot({ path: join(folder, `${contender.id}-banner.png`) });
    const found: Access = { bytes: 0, requests: 0, banner, preferences: null, tabs, stealsFocus, leaves: null, escape: null, returns: null };
    const { opener, preferences } = contender;
    if (opener && preferences && (await tabTo(page, opener)) !== null) {
      await page.keyboard.press('Enter');
      await appear(tab, preferences);
      found.preferences = await check(page, preferences);
      await page.screenshot({ path: join(folder, `${contender.id}-preferences.png`) });
      found.leaves = false;
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if ((await onPage(page)) && !(await focusWithin(page, preferences))) found.leaves = true;
      }
      if (!(await focusWithin(page, preferences))) await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      await page.waitForTimeout(700);
      found.escape = !(await shown(page, preferences));
      found.returns = found.escape && (await focused(page, opener));
    }
    const wire = network.wire(contender.owns);
    found.bytes = wire.reduce((sum, { bytes }) => sum + bytes, 0);
    found.requests = wire.length;
    return found;
  } finally {
    await context.close();
  }
};
