import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, test, type TestContext } from 'node:test';
import type { Browser, BrowserContext } from 'playwright-core';
import { allows, banner, choiceCookie } from './harness/banner.ts';
import { startWholeBrowser, visit } from './harness/browser.ts';
import { freePort, until } from './harness/ports.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { startFront, type Front } from './harness/tls.ts';

let sluis: Sluis, browser: Browser;
before(async () => {
  // The driver switches off what keeps a page in memory for the way back.
  [sluis, browser] = await Promise.all([startSluis(), startWholeBrowser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] })]);
});
after(async () => { await browser?.close(); await sluis?.stop(); });

/** Opens once. */
const latch = () => {
  let give = () => {};
  return { given: new Promise<void>((now) => (give = now)), give: () => give() };
};

/** A service of the test's own, behind something that can hold what goes through it. */
const behindFront = async (t: TestContext): Promise<{ own: Sluis; front: Front }> => {
  const port = await freePort();
  const own = await startSluis({}, { SLUIS_PUBLIC_URL: `http://localhost:${port}` });
  t.after(() => own.stop());
  const front = await startFront(own.url, undefined, port);
  t.after(() => front.close());
  return { own, front };
};

/** Holds the answer to the first record until it comes. */
const holdFirst = (front: Front) => {
  const [onItsWay, comes] = [latch(), latch()];
  const held: { answer?: ServerResponse } = {};
  front.hold = async (path, answer) => {
    if (!path.endsWith('/records') || held.answer) return;
    held.answer = answer;
    onItsWay.give();
    await comes.given;
  };
  return { onItsWay, comes, held };
};

/** What a script writes lasts seven days. */
const asSafari = (): void => {
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
  Object.defineProperty(document, 'cookie', { get, set(text: string) { set!.call(document, text.replace(/max-age=\d+/, 'max-age=604800')); } });
};
const isKeptLong = async (context: BrowserContext): Promise<void> => {
  const days = ((await context.cookies()).find(({ name }) => name === 'sluis')!.expires - Date.now() / 1000) / 86_400;
  assert.ok(days > 180, `it is kept for ${days} days`);
};

// Protects: on a page of the service's own origin, as behind a path of the website's own,
// every decision has its cookie by HTTP too, which Safari keeps for as long as the choice
// counts: also on a page that lay in memory.
test('a choice on a page that came back from memory is kept by HTTP', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  await context.addInitScript(asSafari);
  await page.goto(`${sluis.url}/demo/`);
  await banner(page).region.waitFor();
  await page.evaluate(() => { addEventListener('pageshow', ({ persisted }) => { (window as any).restored = persisted; }); });
  await page.goto(`${sluis.url}/healthz`);
  await page.evaluate(() => { setTimeout(() => history.back()); });
  await until('the page is back from memory', () => page.evaluate(() => (window as any).restored));
  const [answer] = await Promise.all([page.waitForResponse(/\/records$/), banner(page).accept.click()]);
  await answer.finished();
  await isKeptLong(context);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: who saves the same choice again keeps it as long.
test('the same choice, saved again, is kept as long', async () => {
  const visitor = await visit(browser);
  const { page, context } = visitor;
  await context.addInitScript(asSafari);
  await page.goto(`${sluis.url}/demo/`);
  const press = async (button: 'accept' | 'save') => {
    const [answer] = await Promise.all([page.waitForResponse(/\/records$/), banner(page)[button].click()]);
    await answer.finished();
    await page.evaluate(() => window.Sluis!.receipt());
    await isKeptLong(context);
  };
  await press('accept');
  const value = await choiceCookie(page);
  await banner(page).reopen.click();
  await press('save');
  assert.equal(await choiceCookie(page), value);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a withdrawal that follows a grant at once holds from then on. The answer to the
// record of the grant sets its cookie when its head comes, be it in a moment in which the page
// can set nothing right: it was the last one of a page in WebKit, in one visit of eighty.
test('the answer to a grant never undoes a withdrawal, not even while the page is busy', async (t) => {
  const { own, front } = await behindFront(t);
  const visitor = await visit(browser);
  const { page } = visitor;
  const [onItsWay, busy, comes, over] = [0, 1, 2, 3].map(latch);
  let grant: ServerResponse | undefined;
  front.hold = async (path, answer) => {
    if (path === '/healthz') busy!.give();
    if (path === '/healthz' || (path === '/demo/' && grant)) await over!.given;
    else if (path.endsWith('/records') && !grant) {
      grant = answer;
      onItsWay!.give();
      await comes!.given;
    }
  };
  front.holdBody = async (path) => { if (path.endsWith('/records')) await over!.given; };
  await page.goto(`${front.url}/demo/`);
  await banner(page).accept.click();
  await onItsWay!.given;
  const anew = page.waitForEvent('load');
  await page.evaluate(async () => {
    await window.Sluis!.withdraw();
    setTimeout(() => {
      const wait = new XMLHttpRequest();
      wait.open('GET', '/healthz', false);
      wait.send();
    });
  });
  await busy!.given;
  await until('the withdrawal is kept', async () => (await choiceCookie(page))!.startsWith('1.1.1.'));
  comes!.give();
  await until('the browser has taken the cookie, or wants it no more', async () => grant!.destroyed || !(await choiceCookie(page))!.startsWith('1.1.1.'));
  const meanwhile = await choiceCookie(page);
  over!.give();
  await anew;
  assert.match(meanwhile!, /^1\.1\.1\./);
  assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
  assert.deepEqual(await allows(page, 'functional', 'analytics', 'social-media'), [false, false, false]);
  await until('both are in the log', async () => `${(await own.read('demo', '/records')).items.map(({ facts }: any) => facts.action)}` === 'withdraw,accept_all');
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: what another tab withdraws stays withdrawn, though the answer to this tab's grant
// comes after it, on a page that has nothing to end and therefore stays.
test('the answer to a grant does not undo what another tab withdrew', async (t) => {
  const { front } = await behindFront(t);
  const visitor = await visit(browser);
  const { page, context } = visitor;
  const { onItsWay, comes, held } = holdFirst(front);
  await page.goto(`${front.url}/demo/`);
  await banner(page).choose.click();
  await banner(page).category('functional').check({ force: true });
  await banner(page).save.click();
  await onItsWay.given;
  const other = await context.newPage();
  await other.goto(`${front.url}/demo/`);
  await other.waitForFunction(() => window.Sluis!.allows('functional'));
  await other.evaluate(() => window.Sluis!.withdraw());
  await page.waitForFunction(() => !window.Sluis!.allows('functional'));
  comes.give();
  await until('the answer has come, or is wanted no more', async () => held.answer!.writableFinished || held.answer!.destroyed);
  await page.evaluate(() => window.Sluis!.receipt());
  assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
  await page.reload();
  await page.waitForFunction(() => window.Sluis!.choice);
  assert.deepEqual(await allows(page, 'functional'), [false]);
  assert.deepEqual(visitor.errors, []);
  await visitor.leave();
});

// Protects: a page that has not loaded yet does not follow other tabs, and still lets no answer undo them.
test('nor does one that comes to a page which is still loading', async (t) => {
  const { front } = await behindFront(t);
  const visitor = await visit(browser);
  const { page, context } = visitor;
  const { onItsWay, comes, held } = holdFirst(front);
  const loads = latch(), hold = front.hold!;
  front.hold = (path, answer) => (path.endsWith('/slow.png') ? loads.given : hold(path, answer));
  await page.addInitScript(() => addEventListener('DOMContentLoaded', () => document.body.append(Object.assign(new Image(), { src: '/slow.png' }))));
  await page.goto(`${front.url}/demo/`, { waitUntil: 'domcontentloaded' });
  await banner(page).choose.click();
  await banner(page).category('functional').check({ force: true });
  await banner(page).save.click();
  await onItsWay.given;
  const other = await context.newPage();
  await other.goto(`${front.url}/demo/`, { waitUntil: 'domcontentloaded' });
  await other.waitForFunction(() => window.Sluis!.allows('functional'));
  await other.evaluate(() => window.Sluis!.withdraw());
  await until('the answer is wanted no more', async () => held.answer!.destroyed);
  comes.give();
  assert.match((await choiceCookie(page))!, /^1\.1\.1\./);
  loads.give();
  await visitor.leave();
});

// Protects: a narrower choice is kept where the answer to the wider one comes while its page is busy.
test('the answer to a choice does not widen the one after it', async (t) => {
  const { front } = await behindFront(t);
  const visitor = await visit(browser);
  const { page, context } = visitor;
  const { onItsWay, comes } = holdFirst(front);
  await page.goto(`${front.url}/demo/`);
  await banner(page).choose.click();
  for (const category of ['functional', 'analytics']) await banner(page).category(category).check({ force: true });
  await banner(page).save.click();
  await onItsWay.given;
  const other = await context.newPage();
  await other.goto(`${front.url}/demo/`);
  await other.waitForFunction(() => window.Sluis!.allows('analytics'));
  await banner(other).reopen.click();
  await banner(other).category('analytics').uncheck({ force: true });
  // Its page is busy until the answer has come, and hears of nothing.
  await other.evaluate(() => document.addEventListener('sluis:choice', () => {
    for (const end = Date.now() + 5e3; !/sluis=1\.1\.7/.test(document.cookie) && Date.now() < end;);
  }));
  const pressed = banner(other).save.click();
  await until('it is narrower', async () => /^1\.1\.3\./.test((await choiceCookie(page))!));
  comes.give();
  await pressed;
  await until('it is narrower again', async () => /^1\.1\.3\./.test((await choiceCookie(page))!));
  await other.reload();
  await other.waitForFunction(() => window.Sluis!.choice);
  assert.deepEqual(await allows(other, 'functional', 'analytics'), [true, false]);
  await visitor.leave();
});
