import type { Locator, Page } from 'playwright-core';
import { nl } from './labels.ts';

/** The banner as a visitor sees it: by role and name, never by class. */
export const banner = (page: Page, texts = nl) => ({
  region: page.getByRole('region', { name: texts['title']! }),
  accept: page.getByRole('button', { name: texts['accept']!, exact: true }),
  refuse: page.getByRole('button', { name: texts['refuse']!, exact: true }),
  /** The twins that ask about what was added alone. */
  acceptNew: page.getByRole('button', { name: texts['changed.accept']!, exact: true }),
  refuseNew: page.getByRole('button', { name: texts['changed.refuse']!, exact: true }),
  choose: page.getByRole('button', { name: texts['choose']!, exact: true }),
  save: page.getByRole('button', { name: texts['save']!, exact: true }),
  reopen: page.getByRole('button', { name: texts['reopen']!, exact: true }),
  preferences: page.getByRole('dialog', { name: texts['preferences']! }),
  category: (id: string): Locator => page.getByRole('switch', { name: texts[`${id}.name`]! }),
});

/** What Sluis tells the page it may do, from the page's own interface. */
export const allows = (page: Page, ...what: string[]): Promise<boolean[]> =>
  page.evaluate((names) => names.map((name) => (window as any).Sluis.allows(name)), what);

/** The name and value of the choice cookie, or undefined. */
export const choiceCookie = async (page: Page): Promise<string | undefined> =>
  (await page.context().cookies()).find((cookie) => /^(__Host-)?sluis$/.test(cookie.name))?.value;
