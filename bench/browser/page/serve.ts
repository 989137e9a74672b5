import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, constants } from 'node:zlib';
import { analytics, type Contender, type File } from '../contender.ts';
import { bare, page, stylesheet, type Kind } from './page.ts';
import { picture } from './picture.ts';
import { theme } from './theme.ts';

/** The website all contenders stand on. */
export interface Website {
  origin: string;
  /** Adds a contender's page and files. */
  add(contender: Contender): void;
  /** Brotli bytes that a contender's markup adds to the HTML, against the bare page with the tag. */
  markup(contender: Contender): number;
  close(): Promise<void>;
}

interface Served { plain: Buffer; brotli?: Buffer; type: string; cache: string }

const year = 'public, max-age=31536000, immutable';
const compress = (plain: Buffer): Buffer =>
  brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });

const prepare = ({ body, type }: File, cache: string): Served => {
  const plain = Buffer.from(body as string);
  return { plain, type, cache, brotli: /^image\/png/.test(type) ? undefined : compress(plain) };
};

/** The fake tag: it says when it ran and does a little work, as analytics do. */
const tag = `performance.mark('analytics');window.analyticsRan=(window.analyticsRan||0)+1;`;

/**
 * Starts the website on a free port of the loopback interface. Everything is
 * compressed beforehand, and every file but the pages and the tag may be kept
 * for a year, as behind a good CDN: no contender waits for our server.
 */
export const startWebsite = async (): Promise<Website> => {
  const html = 'text/html; charset=utf-8';
  const served = new Map<string, Served>([
    ['/p/style.css', prepare({ body: stylesheet, type: 'text/css' }, year)],
    ['/p/hero.png', prepare({ body: picture(412, 260, 4), type: 'image/png' }, year)],
    ['/p/mill.png', prepare({ body: picture(206, 110, 4), type: 'image/png' }, year)],
    [analytics, prepare({ body: tag, type: 'text/javascript' }, 'no-store')],
  ]);
  const kinds: Kind[] = ['', 'theme'];
  const addPages = (id: string, parts: Parameters<typeof page>[0]) => {
    for (const kind of kinds) served.set(`/${id}/${kind}`, prepare({ body: page(parts, kind), type: html }, 'no-cache'));
  };
  addPages('bare', bare(false));
  addPages('live', bare(true));
  for (const [name, file] of Object.entries(theme.files)) served.set(`/p/${name}`, prepare(file, year));
  const server: Server = createServer((request, response) => {
    request.resume();
    const file = served.get(new URL(request.url!, 'http://localhost').pathname);
    if (!file) return void response.writeHead(404).end();
    const small = file.brotli && /\bbr\b/.test(String(request.headers['accept-encoding']));
    const body = small ? file.brotli! : file.plain;
    response.writeHead(200, {
      'content-type': file.type, 'content-length': body.length, 'cache-control': file.cache, vary: 'accept-encoding',
      ...(small ? { 'content-encoding': 'br' } : {}),
    }).end(body);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    add(contender) {
      addPages(contender.id, contender);
      for (const [name, file] of Object.entries(contender.files)) served.set(`/c/${contender.id}/${name}`, prepare(file, file.fresh ? 'no-store' : year));
    },
    markup: (contender) => served.get(`/${contender.id}/`)!.brotli!.length - served.get('/live/')!.brotli!.length,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(() => done()); }),
  };
};
