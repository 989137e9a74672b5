import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { until } from './ports.ts';

/** A web server out of the box, with files of its own. */
export interface WebServer {
  stop(): Promise<void>;
}

/** The program, wherever Debian keeps it; undefined where it is not installed. */
export const program = (name: string): string | undefined =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)).find(existsSync);

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

/**
 * Starts the program on files made in a folder of its own, whose path stands
 * for FOLDER in files and arguments.
 */
export const startWebServer = async (name: string, port: number, files: Record<string, string>, args: string[], environment: Record<string, string> = {}): Promise<WebServer> => {
  const command = program(name);
  if (!command) throw new Error(`${name} is not installed: make install-tests`);
  const folder = mkdtempSync(join(tmpdir(), `sluis-${name}-`));
  const here = (text: string): string => text.replaceAll('FOLDER', folder);
  mkdirSync(join(folder, 'tmp'));
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), here(content));
  }
  const child = spawn(command, args.map(here), { cwd: folder, env: { ...process.env, HOME: folder, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const server: WebServer = {
    async stop() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await until(`${name} listens`, () => {
      if (child.exitCode !== null) throw new Error(`it stopped: ${said}`);
      return listens(port);
    });
  } catch (error) {
    await server.stop();
    throw new Error(`${error}\n${said}`);
  }
  return server;
};
