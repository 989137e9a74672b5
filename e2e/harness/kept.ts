import type { Page } from 'playwright-core';

/** Names of all that the page's own origin keeps in this browser, without the visitor's choice. */
export const kept = async (page: Page): Promise<string[]> => {
  const cookies = (await page.context().cookies()).map(({ name }) => name);
  const stored = await page.evaluate(async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...(await indexedDB.databases()).map(({ name }) => name!), ...(await caches.keys()),
  ]);
  return [...cookies, ...stored].filter((name) => name !== 'sluis').sort();
};

/** Leaves what a service would leave: each cookie on the root and on a folder above the page. */
export const leave = (page: Page, cookies: string[], stored: { type: string; name: string }[]): Promise<void> =>
  page.evaluate(async ([cookies, stored]) => {
    for (const name of cookies) for (const path of ['/', location.pathname.replace(/\/[^/]*$/, '')]) document.cookie = `${name}=1;path=${path};max-age=9999`;
    for (const { type, name } of stored)
      if (type === 'indexedDB')
        await new Promise<void>((done) => { const request = indexedDB.open(name); request.onsuccess = () => (request.result.close(), done()); });
      else if (type === 'cache') await caches.open(name);
      else (type === 'localStorage' ? localStorage : sessionStorage).setItem(name, '1');
  }, [cookies, stored] as const);
