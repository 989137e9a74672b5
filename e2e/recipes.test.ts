import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { banner } from './harness/banner.ts';
import { startBrowser, visit } from './harness/browser.ts';
import { freePort, until } from './harness/ports.ts';
import { recipe } from './harness/recipe.ts';
import { startSluis, type Sluis } from './harness/sluis.ts';
import { makeCertificate, startFront, type Certificate, type Front } from './harness/tls.ts';
import { program, startWebServer, type WebServer } from './harness/webserver.ts';
import { siteFile } from './harness/website.ts';

const id = 'custom-website';
const servers = ['nginx', 'apache', 'htaccess', 'caddy', 'php'] as const;
type Server = (typeof servers)[number];

let sluis: Sluis, browser: Browser, service: Front, certificate: Certificate;
const ports = {} as Record<Server, number>;
/** Where the website is. PHP's own server speaks no TLS: it gets a front when it runs. */
const address = (server: Server): string => `https://localhost:${ports[server]}`;

before(async () => {
  for (const server of servers) ports[server] = await freePort();
  [sluis, browser] = await Promise.all([
    startSluis({ [id]: siteFile(servers.map(address).join(', ')) }, { SLUIS_TRUSTED_PROXIES: '127.0.0.1' }), startBrowser(),
  ]);
  certificate = makeCertificate();
  service = await startFront(sluis.url, certificate);
});
after(async () => { await browser?.close(); await service?.close(); await sluis?.stop(); certificate?.remove(); });

const html = (tags: string): string => `<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Website</title>${tags}</head><body><h1>Website</h1></body></html>`;
/** What stands for our examples. */
const own = () => ({ 'https://consent.example.nl': service.url });
const trusted = () => ({ '/etc/ssl/certs/ca-certificates.crt': certificate.certificate });

const nginx = () => startWebServer('nginx', ports.nginx, {
  'nginx.conf': `daemon off; user root; worker_processes 1; pid FOLDER/pid; error_log stderr; events {}
http {
access_log off; client_body_temp_path FOLDER/tmp; proxy_temp_path FOLDER/tmp; fastcgi_temp_path FOLDER/tmp; uwsgi_temp_path FOLDER/tmp; scgi_temp_path FOLDER/tmp;
types { text/html html; }
${recipe('nginx', 'nginx', 0)}
server {
listen 127.0.0.1:${ports.nginx} ssl; server_name localhost; ssl_certificate ${certificate.certificate}; ssl_certificate_key ${certificate.key}; root FOLDER/www;
# As nearly every website has it, WordPress above all: files of these names come from the disk, hidden ones from nowhere.
location ~* \\.(js|css|png|jpg|jpeg|gif|ico)$ { expires max; log_not_found off; }
location ~ /\\. { deny all; }
${recipe('nginx', 'nginx', 1, { ...own(), ...trusted() })}
}}`,
  'www/index.html': html(recipe('nginx', 'html')),
}, ['-e', 'stderr', '-c', 'FOLDER/nginx.conf']);

const modules = ['mpm_event', 'authz_core', 'dir', 'mime', 'socache_shmcb', 'ssl', 'proxy', 'proxy_http', 'headers', 'setenvif', 'rewrite', 'alias'];
const httpd = (port: number, inside: string, files: Record<string, string>) => startWebServer('apache2', port, {
  'httpd.conf': `ServerName localhost
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
PidFile FOLDER/pid
DefaultRuntimeDir FOLDER/tmp
ErrorLog FOLDER/error.log
TypesConfig /dev/null
AddType text/html .html
DirectoryIndex index.html
Listen 127.0.0.1:${port}
<VirtualHost *:${port}>
SSLEngine on
SSLCertificateFile ${certificate.certificate}
SSLCertificateKeyFile ${certificate.key}
DocumentRoot FOLDER/www
<Directory FOLDER/www>
AllowOverride All
Require all granted
</Directory>
${inside}
</VirtualHost>`, ...files,
}, ['-X', '-f', 'FOLDER/httpd.conf']);

const apache = () => httpd(ports.apache, recipe('apache', 'apache', 0, { ...own(), ...trusted() }), { 'www/index.html': html(recipe('apache', 'html')) });

const htaccess = () => httpd(ports.htaccess, `SSLProxyEngine on\nSSLProxyCACertificateFile ${certificate.certificate}`, {
  'www/index.html': html(`<script src="/_sluis/${id}.js"></script>`),
  'www/.htaccess': recipe('wordpress', 'apache', 0, own()),
});

const caddy = () => startWebServer('caddy', ports.caddy, {
  'Caddyfile': `{
	admin off
	auto_https off
}
${recipe('caddy', 'caddyfile', 0, { ...own(), 'www.customwebsite.nl {': `${address('caddy')} {\n\ttls ${certificate.certificate} ${certificate.key}`, '/var/www/customwebsite': 'FOLDER/www' })}`,
  'www/index.html': html(recipe('caddy', 'html')),
}, ['run', '--adapter', 'caddyfile', '--config', 'FOLDER/Caddyfile'], { SSL_CERT_FILE: certificate.certificate, XDG_DATA_HOME: certificate.folder, XDG_CONFIG_HOME: certificate.folder });

/** A visitor chooses on the website; returns the answer that should carry the cookie, and the cookie as the browser then has it. */
const choose = async (server: Server, answers: string) => {
  const visitor = await visit(browser, { ignoreHTTPSErrors: true });
  const { page, context } = visitor;
  // As Safari does: what a script writes lasts seven days.
  await context.addInitScript(() => {
    const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!;
    Object.defineProperty(document, 'cookie', {
      get() { return get!.call(document); },
      set(text: string) { set!.call(document, text.replace(/max-age=(\d+)/, (_, seconds) => `max-age=${Math.min(seconds, 604_800)}`)); },
    });
  });
  await context.addCookies([{ name: 'session', value: 'secret', url: address(server) }]);
  await page.goto(address(server));
  await banner(page).accept.waitFor();
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith(answers)),
    banner(page).accept.click(),
  ]);
  const written = await page.evaluate(() => document.cookie.match(/__Host-sluis=([^;]*)/)?.[1]);
  const header = await answer.headerValue('set-cookie');
  await answer.finished();
  const jar = (await context.cookies()).find(({ name }) => name === '__Host-sluis');
  assert.deepEqual(visitor.errors, []);
  await page.reload();
  await page.waitForFunction(() => (window as any).Sluis.allows('analytics'));
  await visitor.leave();
  return { answer, header, written, jar };
};

/** The end of the last day on which a choice of today counts. */
const ends = (value: string): number => (Number(value.split('.')[3]) + 182 + 1) * 86_400;

const judge = ({ header, written, jar }: Awaited<ReturnType<typeof choose>>): void => {
  assert.match(header ?? '(none)', /^__Host-sluis=1\.1\.f\.\d+\.\.[0-9a-f-]{36}; Path=\/; Max-Age=\d+; Secure; SameSite=Lax$/);
  assert.equal(header!.split(/[=;]/)[1], written, 'the service sets another value than the browser');
  assert.ok(Math.abs(Date.now() / 1000 + Number(/Max-Age=(\d+)/.exec(header!)![1]) - ends(written!)) < 30, `${header} ends at another time than the choice`);
  assert.equal(jar!.value, written);
  assert.deepEqual([jar!.httpOnly, jar!.secure, jar!.sameSite, jar!.path], [false, true, 'Lax', '/']);
  assert.ok(Math.abs(jar!.expires - ends(written!)) < 30, `the browser keeps it until ${jar!.expires}`);
};

// Promise: under a path of the website's own, made as the recipe says, the tag
// loads, the choice is recorded, the answer sets the choice cookie by HTTP for
// the rest of its validity, and no other cookie of the website gets out.
const proxies: [name: Server, start: () => Promise<WebServer>, gpc: boolean][] = [['nginx', nginx, true], ['apache', apache, true], ['htaccess', htaccess, false]];
// Of 40 MB, so not asked of every machine.
if (program('caddy')) proxies.push(['caddy', caddy, true]);
for (const [name, start, gpc] of proxies) {
  test(`the recipe for ${name} gives the service a path of the website's own`, async () => {
    const server = await start();
    try {
      service.seen.length = 0;
      const before = (await sluis.read(id, '/records')).items.length;
      judge(await choose(name, `/_sluis/v1/sites/${id}/records`));
      await until('the record is in the log', async () => (await sluis.read(id, '/records')).items.length === before + 1);
      const cookies = (what: string): string[] => service.seen.filter(({ path }) => path.includes(what)).map(({ headers }) => String(headers['cookie'] ?? ''));
      assert.match(cookies('/records').join(), /^__Host-sluis=1\.1\.f\.[^;]+$/, 'the service cannot tell whether the browser chose anew');
      assert.doesNotMatch(cookies('').join(), /session|secret/);
      assert.ok(service.seen.every(({ headers }) => /127\.0\.0\.1|::1/.test(String(headers['x-forwarded-for']))));
      if (gpc) {
        const visitor = await visit(browser, { ignoreHTTPSErrors: true });
        const answer = await visitor.page.goto(`${address(name)}/.well-known/gpc.json`);
        assert.equal((await answer!.json()).gpc, true);
        await visitor.leave();
      }
    } finally {
      await server.stop();
    }
  });
}

/** A visitor of a website with nginx, where the first answer to a record is on its way for as long as we like. */
const lateAnswer = (name: string, walk: (visitor: { page: Page; context: BrowserContext; cookie: () => Promise<string>; onItsWay: () => Promise<unknown>; arrives: () => void }) => Promise<void>) =>
  test(name, async () => {
    const [server, visitor] = [await nginx(), await visit(browser, { ignoreHTTPSErrors: true })];
    const { page, context } = visitor;
    let arrives = () => {};
    let held: Promise<void> | undefined;
    service.hold = async (path) => {
      if (path.endsWith('/records') && !held) await (held = new Promise((go) => (arrives = go)));
    };
    try {
      await walk({
        page, context, arrives: () => arrives(), onItsWay: () => until('the first answer is on its way', () => !!held),
        cookie: async () => (await context.cookies()).find(({ name }) => name === '__Host-sluis')?.value ?? '',
      });
      await page.waitForLoadState('networkidle');
      await page.goto(address('nginx'));
      await page.waitForFunction(() => !!(window as any).Sluis.choice);
      assert.equal(await page.evaluate(() => (window as any).Sluis.allows('analytics')), false);
      assert.deepEqual(visitor.errors, []);
    } finally {
      delete service.hold;
      await visitor.leave();
      await server.stop();
    }
  });
const withdraw = (page: Page) => page.evaluate(() => (window as any).Sluis.withdraw());
const bothInTheLog = () => until('both decisions are in the log', async () =>
  `${(await sluis.read(id, '/records')).items.slice(0, 2).map(({ facts }: any) => facts.action)}` === 'withdraw,accept_all');

// Promise: an answer that is still on its way when the visitor decides again
// cannot bring back what was decided before.
lateAnswer('a late answer does not undo a withdrawal', async ({ page, cookie, onItsWay, arrives }) => {
  await page.goto(address('nginx'));
  await banner(page).accept.click();
  await onItsWay();
  assert.match(await cookie(), /^1\.1\.f\./);
  await withdraw(page);
  await bothInTheLog();
  arrives();
});

// Promise: nor can one that the visitor did not wait for, who withdraws on the next page.
for (const memory of [false, true])
  lateAnswer(`a late answer does not undo a withdrawal on the next page${memory ? ', the first one still in memory' : ''}`, async ({ page, onItsWay, arrives }) => {
    await page.goto(address('nginx'));
    // What keeps a page out of memory.
    if (!memory) await page.evaluate(() => addEventListener('unload', () => {}));
    await banner(page).accept.click();
    await onItsWay();
    await page.goto(`${address('nginx')}/?next`);
    await page.waitForFunction(() => (window as any).Sluis.allows('analytics'));
    await withdraw(page);
    await bothInTheLog();
    await until('nothing waits', () => page.evaluate(() => !localStorage.sluis));
    arrives();
  });

// Promise: nor can the answer to a record that had waited for a better day.
lateAnswer('a late answer to a record that waited does not undo a withdrawal', async ({ page, context, cookie, onItsWay, arrives }) => {
  await context.route('**/v1/**', (route) => route.abort());
  await page.goto(address('nginx'));
  await banner(page).accept.click();
  await until('the record waits', () => page.evaluate(() => !!localStorage.sluis));
  await context.unroute('**/v1/**');
  await page.reload();
  await onItsWay();
  await withdraw(page);
  await until('the withdrawal holds', async () => (await cookie()).startsWith('1.1.1.'));
  await bothInTheLog();
  arrives();
});

// Promise: a proxy made as the recipe says believes nobody who cannot prove to be the service.
test('the recipes check the certificate of the service', async () => {
  const stranger = makeCertificate();
  const [real, other] = [service, await startFront(sluis.url, stranger)];
  service = other;
  try {
    for (const [name, start] of proxies.filter(([name]) => name !== 'htaccess')) {
      const [server, visitor] = [await start(), await visit(browser, { ignoreHTTPSErrors: true })];
      const answer = await visitor.page.request.get(`${address(name)}/_sluis/${id}.js`);
      const status = answer.status();
      await visitor.leave();
      await server.stop();
      assert.ok(status >= 500, `${name} answers ${status}`);
    }
    assert.deepEqual(other.seen, []);
  } finally {
    service = real;
    await other.close();
    stranger.remove();
  }
});

// Promise: without any proxy the PHP file of the recipe has the browser keep
// the choice as long, asked by decisions only.
test('the recipe for PHP without a proxy renews the cookie', async () => {
  const port = await freePort();
  const php = await startWebServer('php', port, {
    'www/index.html': html(recipe('php', 'html', 0, own())),
    'www/sluis-cookie.php': recipe('php', 'php', 0),
  }, ['-S', `127.0.0.1:${port}`, '-t', 'FOLDER/www']);
  const front = await startFront(`http://127.0.0.1:${port}`, certificate);
  ports.php = Number(new URL(front.url).port);
  sluis.site(id, siteFile(servers.map(address).join(', ')));
  await until('the site is read again', async () => (await sluis.read(id, '')).origins.includes(front.url));
  try {
    judge(await choose('php', '/sluis-cookie.php'));
    assert.equal(front.seen.filter(({ path }) => path === '/sluis-cookie.php').length, 1, 'asked again without a decision');
    for (const headers of [{ cookie: '__Host-sluis=1.1.f.1..' }, { cookie: '__Host-sluis=nonsense' }, { cookie: '__Host-sluis=1.1.1.99999..' }] as Record<string, string>[]) {
      const answer = await fetch(`http://127.0.0.1:${port}/sluis-cookie.php`, { method: 'POST', headers: { ...headers, 'sec-fetch-site': 'same-origin' } });
      assert.deepEqual([answer.status, answer.headers.get('set-cookie')], [204, null], headers['cookie']);
    }
    const foreign = await fetch(`http://127.0.0.1:${port}/sluis-cookie.php`, { method: 'POST', headers: { cookie: `__Host-sluis=1.1.1.${Math.floor(Date.now() / 864e5)}..` } });
    assert.equal(foreign.headers.get('set-cookie'), null);
  } finally {
    await front.close();
    await php.stop();
  }
});
