import { chromium as library } from 'playwright-core';
import { keys, type Engine } from './engine.ts';
import { program } from './program.ts';

const names = Object.fromEntries(Object.entries(keys).map(([name, code]) => [code, name[0]!.toUpperCase() + name.slice(1)]));

/** The machine's own Chromium, through the same library as all the other browser tests. */
export const chromium: Engine = {
  name: 'Chromium',
  programs: () => ({ chromium: process.env.CHROMIUM || program('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') }),
  async start({ host, port }) {
    const browser = await library.launch({
      executablePath: chromium.programs().chromium!,
      // As people have it: a page that is left stays in memory.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run'],
    });
    // The tab's proxy and not the browser's: its own requests are not the page's.
    const context = await browser.newContext({ proxy: { server: `http://${host}:${port}` }, locale: 'nl-NL', ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    return {
      version: browser.version(),
      open: async (url) => void (await page.goto(url)),
      reload: async () => void (await page.reload()),
      run: (body) => page.evaluate(`(async () => { ${body} })()`),
      click: (x, y) => page.mouse.click(x, y),
      press: (key) => page.keyboard.press(names[key] ?? key),
      cookies: async () => (await context.cookies()).map(({ name, value }) => ({ name, value })),
      screenshot: () => page.screenshot(),
      close: () => browser.close(),
    };
  },
};
