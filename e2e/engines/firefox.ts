import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../harness/ports.ts';
import { connectBidi } from './bidi.ts';
import { clickAt, stroke, type Engine } from './engine.ts';
import { program } from './program.ts';

/** What a profile of ours differs in. */
const preferences = (proxy: { host: string; port: number }): string =>
  Object.entries({
    'network.proxy.type': 1,
    'network.proxy.http': proxy.host, 'network.proxy.http_port': proxy.port,
    'network.proxy.ssl': proxy.host, 'network.proxy.ssl_port': proxy.port,
    'intl.accept_languages': 'nl',
    // It does not look whether a hotel's network asks for a name first.
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
  }).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join('');

/** Debian's Firefox, through WebDriver BiDi. */
export const firefox: Engine = {
  name: 'Firefox',
  // Not `firefox`: on Ubuntu that is a snap, which sees none of our files.
  programs: () => ({ firefox: process.env.FIREFOX || program('firefox-esr') }),
  async start(proxy) {
    const profile = mkdtempSync(join(tmpdir(), 'sluis-firefox-'));
    writeFileSync(join(profile, 'user.js'), preferences(proxy));
    const child = spawn(firefox.programs().firefox!, ['--headless', '--no-remote', '--profile', profile, '--width', '1280', '--height', '900', '--remote-debugging-port', '0'],
      // As root it refuses a home that is somebody else's.
      { env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    const stop = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    };
    try {
      const address = await until('Firefox listens', () => {
        if (child.exitCode !== null) throw new Error(said);
        return said.match(/WebDriver BiDi listening on (ws:\S+)/)?.[1];
      }, 60_000);
      const { send } = await connectBidi(`${address}/session`);
      const { capabilities } = await send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } });
      const { contexts: [{ context }] } = await send('browsingContext.getTree');
      return {
        version: capabilities.browserVersion,
        open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
        reload: () => send('browsingContext.reload', { context, wait: 'complete' }),
        async run(body) {
          const { type, result, exceptionDetails } = await send('script.evaluate',
            { expression: `(async () => JSON.stringify(await (async () => { ${body} })()))()`, target: { context }, awaitPromise: true });
          if (type !== 'success') throw new Error(exceptionDetails.text);
          return result.value && JSON.parse(result.value);
        },
        click: (x, y) => send('input.performActions', { context, actions: clickAt(x, y) }),
        press: (key) => send('input.performActions', { context, actions: stroke(key) }),
        async cookies() {
          const { cookies } = await send('storage.getCookies', { partition: { type: 'context', context } });
          return cookies.map(({ name, value }: any) => ({ name, value: value.value }));
        },
        screenshot: async () => Buffer.from((await send('browsingContext.captureScreenshot', { context })).data, 'base64'),
        close: stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
