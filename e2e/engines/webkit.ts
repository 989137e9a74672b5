import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { freePort, until } from '../harness/ports.ts';
import { clickAt, stroke, type Engine } from './engine.ts';
import { miniBrowser, program } from './program.ts';

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
};

/** Debian's WebKitGTK, through its WebDriver, on a screen that nobody sees: it has no headless mode. */
export const webkit: Engine = {
  name: 'WebKit',
  programs: () => ({ driver: program('WebKitWebDriver'), screen: program('Xvfb'), browser: miniBrowser() }),
  async start(proxy) {
    const programs = webkit.programs();
    const screen = spawn(programs.screen!, ['-displayfd', '3', '-screen', '0', '1280x1000x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    let driver: ChildProcess | undefined;
    const stop = async () => { await end(driver); await end(screen); };
    try {
      let display = '';
      (screen.stdio[3] as Readable).on('data', (chunk) => (display += chunk));
      await until('Xvfb has a display', () => display.endsWith('\n'));
      const port = await freePort();
      driver = spawn(programs.driver!, [`--port=${port}`], { env: { ...process.env, DISPLAY: `:${display.trim()}`, GDK_BACKEND: 'x11' }, stdio: 'ignore' });
      const call = async (method: string, path: string, body?: object): Promise<any> => {
        // WebKitGTK 2.54 refuses what does not call itself JSON, as the standard has it.
        const headers = { 'Content-Type': 'application/json' };
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, ...(body && { headers, body: JSON.stringify(body) }) });
        const { value } = await response.json() as { value: any };
        if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
        return value;
      };
      await until('WebKitWebDriver answers', async () => (await call('GET', '/status')).ready);
      const { sessionId, capabilities } = await call('POST', '/session', { capabilities: { alwaysMatch: {
        acceptInsecureCerts: true,
        // The standard's own `proxy` would be spoken to in TLS.
        'webkitgtk:browserOptions': { binary: programs.browser, args: ['--automation', `--proxy=http://${proxy.host}:${proxy.port}`, '--ignore-host=localhost'] },
      } } });
      const at = `/session/${sessionId}`;
      return {
        version: capabilities.browserVersion,
        open: (url) => call('POST', `${at}/url`, { url }),
        reload: () => call('POST', `${at}/refresh`, {}),
        async run(body) {
          const { value, error } = JSON.parse(await call('POST', `${at}/execute/async`, { args: [], script: `
            const done = arguments[arguments.length - 1];
            (async () => { ${body} })().then((value) => done(JSON.stringify({ value })), (error) => done(JSON.stringify({ error: String(error) })));` }));
          if (error) throw new Error(error);
          return value;
        },
        click: (x, y) => call('POST', `${at}/actions`, { actions: clickAt(x, y) }),
        press: (key) => call('POST', `${at}/actions`, { actions: stroke(key) }),
        cookies: async () => (await call('GET', `${at}/cookie`)).map(({ name, value }: any) => ({ name, value })),
        screenshot: async () => Buffer.from(await call('GET', `${at}/screenshot`), 'base64'),
        async close() {
          await call('DELETE', at);
          await stop();
        },
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
};
