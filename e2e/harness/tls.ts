import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlainServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';

/** A certificate for localhost that nobody trusts but who is told to. */
export interface Certificate {
  folder: string;
  key: string;
  certificate: string;
  remove(): void;
}

export const makeCertificate = (): Certificate => {
  const folder = mkdtempSync(join(tmpdir(), 'sluis-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', certificate,
    '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' });
  return { folder, key, certificate, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** In front of a server, with TLS where there is a certificate; and what the server was sent, as it would see it. */
export interface Front {
  url: string;
  seen: { path: string; headers: Record<string, string | string[] | undefined> }[];
  /** Where a test sets it, answers wait for it on their way out. */
  hold?: (path: string, answer: ServerResponse) => Promise<void>;
  /** Where a test sets it, what comes after the head of an answer waits for it. */
  holdBody?: (path: string) => Promise<void>;
  close(): Promise<void>;
}

export const startFront = async (upstream: string, tls?: Certificate, at?: number): Promise<Front> => {
  const seen: Front['seen'] = [];
  const pass = (incoming: IncomingMessage, answer: ServerResponse): void => {
    seen.push({ path: incoming.url!, headers: incoming.headers });
    const onward = request(upstream + incoming.url, { method: incoming.method, headers: incoming.headers }, async (response) => {
      await front.hold?.(incoming.url!, answer);
      answer.writeHead(response.statusCode!, response.headers).flushHeaders();
      await front.holdBody?.(incoming.url!);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  };
  const server = tls ? createServer({ key: readFileSync(tls.key), cert: readFileSync(tls.certificate) }, pass) : createPlainServer(pass);
  const port = at ?? (await freePort());
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const front: Front = {
    url: `${tls ? 'https' : 'http'}://localhost:${port}`, seen,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(() => done()); }),
  };
  return front;
};
