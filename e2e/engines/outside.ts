import { readFileSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { makeCertificate } from '../harness/tls.ts';
import { fakeFor } from '../harness/thirdparty.ts';

/** Answers for one host. */
export type Host = (incoming: IncomingMessage, answer: ServerResponse) => void;

/** A request that reached a host which is not ours. */
export interface Seen { host: string; url: string }

/**
 * The whole internet, as a proxy: our hosts answer for themselves, every other
 * one is counted and answered by a fake. It works in any browser that can be
 * given a proxy, and not even a speculative connection gets past it.
 */
export interface Outside {
  host: string;
  port: number;
  seen: Seen[];
  close(): Promise<void>;
}

/** Passes everything on to a server of this machine. */
export const forward = (upstream: string): Host => (incoming, answer) => {
  const onward = request(upstream + incoming.url, { method: incoming.method, headers: incoming.headers }, (response) => {
    answer.writeHead(response.statusCode!, response.headers);
    response.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  incoming.pipe(onward);
};

export const startOutside = async (ours: Record<string, Host>): Promise<Outside> => {
  const seen: Seen[] = [];
  const answer: Host = (incoming, answer) => {
    const host = incoming.headers.host ?? '';
    if (ours[host]) return ours[host](incoming, answer);
    if (/^localhost(:|$)/.test(host)) return forward(`http://${host}`)(incoming, answer);
    const url = `https://${host}${incoming.url}`;
    // Browsers say of whatever a page asks for where it comes from, at least over
    // TLS. Of what they ask for themselves, such as updates, they say nothing.
    if (incoming.headers['sec-fetch-site'] || !(incoming.socket instanceof TLSSocket)) seen.push({ host, url });
    const { contentType, body } = fakeFor(url);
    answer.writeHead(200, { 'content-type': contentType, 'access-control-allow-origin': '*' });
    // One that takes its time shows whether the others keep their place behind it.
    setTimeout(() => answer.end(body), /slow/.test(url) ? 300 : 0);
  };
  const { key, certificate, remove } = makeCertificate();
  const inside = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, answer);
  remove();
  const sockets = new Set<{ destroy(): void }>();
  const proxy = createServer((incoming, response) => {
    incoming.url = incoming.url!.replace(/^http:\/\/[^/]*/, '');
    answer(incoming, response);
  }).on('connect', (_, socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    inside.emit('connection', socket);
  });
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  return {
    host: '127.0.0.1', port: (proxy.address() as AddressInfo).port, seen,
    close: () => new Promise((done) => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      proxy.close(() => done());
    }),
  };
};
