import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { banner } from './banner.ts';
import { visit, type Visitor } from './browser.ts';
import type { Service } from './catalogue.ts';
import { globals, listen, standIn, type Heard } from './hearing.ts';
import { until } from './ports.ts';
import { page as html, type Website } from './website.ts';

/** What a service is told of consent. */
export type Told = Pick<Service, 'load' | 'signals' | 'consent'>;

interface Entered {
  visitor: Visitor;
  page: Page;
  /** Addresses of third parties, in order. */
  requests: string[];
  heard: Heard[];
}

/** A visitor on a page with that in its body, and what reaches third parties and the globals of a service. */
export const enter = async (browser: Browser, website: Website, sluis: string, site: string, service: Told, body: string): Promise<Entered> => {
  const path = `/${site}/shop/page`;
  website.pages[path] = html(`${sluis}/${site}.js`, { body });
  const visitor = await visit(browser);
  const { context, page } = visitor;
  const outside = (url: string): boolean => !url.startsWith('http://localhost:');
  const requests: string[] = [];
  context.on('request', (request) => outside(request.url()) && requests.push(request.url()));
  await context.route((url) => outside(url.href), (route) =>
    route.request().resourceType() === 'script' ? route.fulfill({ contentType: 'text/javascript', body: standIn(service) }) : route.fallback());
  const heard = await listen(context, globals(service));
  await page.goto(website.url + path);
  await banner(page).region.waitFor();
  return { visitor, page, requests, heard };
};

export const grant = async (page: Page, category: string, again = false): Promise<void> => {
  await (again ? banner(page).reopen : banner(page).choose).click();
  await banner(page).category(category).check({ force: true });
  await banner(page).save.click();
};

/** Withdraws everything, and sees whether the page is loaded anew for it. */
export const withdraw = async (page: Page, reloads: boolean): Promise<void> => {
  // The answer to the grant is there: nothing else delays a reload.
  await page.evaluate(() => window.Sluis!.receipt());
  const reloaded = reloads ? page.waitForEvent('load') : undefined;
  const acted = page.evaluate(async () => {
    let reloading = false;
    (window as any).navigation.addEventListener('navigate', ({ navigationType }: any) => (reloading ||= navigationType === 'reload'));
    await window.Sluis!.withdraw();
    await window.Sluis!.receipt();
    return reloading;
  });
  if (!reloads) return assert.equal(await acted, false, 'the page was loaded anew without need');
  await Promise.all([reloaded, acted.catch(() => {})]);
  await page.evaluate(() => window.Sluis!.ready);
};

/** What is heard, once as much as is expected has come. */
export const hears = async (heard: Heard[], wanted: Heard[]): Promise<void> => {
  await until(`${wanted.length} calls`, () => heard.length >= wanted.length).catch(() => {});
  assert.deepEqual(heard.splice(0), wanted);
};
