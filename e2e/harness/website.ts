import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './ports.ts';

/** One page of a customer's website: HTML, or a function that answers for itself. */
export type Content = string | { html: string; headers?: Record<string, string> } | ((request: IncomingMessage, response: ServerResponse) => void);

/** A customer's website, on an origin of its own, so that everything crosses origins as in real life. */
export interface Website {
  url: string;
  pages: Record<string, Content>;
  close(): Promise<void>;
}

export const startWebsite = async (pages: Record<string, Content> = {}): Promise<Website> => {
  const port = await freePort();
  const website: Website = {
    url: `http://localhost:${port}`,
    pages,
    close: () => new Promise((done) => { server.closeAllConnections(); server.close(() => done()); }),
  };
  const server = createServer((request, response) => {
    const content = website.pages[new URL(request.url!, website.url).pathname];
    if (content === undefined) return void response.writeHead(404).end();
    if (typeof content === 'function') return content(request, response);
    const { html, headers = {} } = typeof content === 'string' ? { html: content } : content;
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html);
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return website;
};

/** A page as a bakery would have it: our tag first in head, then whatever the test adds. */
export const page = (script: string, { head = '', body = '', lang = 'nl', attributes = '' } = {}): string =>
  `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Website</title>
<script src="${script}"${attributes}></script>${head}<meta name="viewport" content="width=device-width"></head>
<body><main><h1>Website</h1><p>Tekst.</p>${body}</main></body></html>`;

/** A complete site file for that website. */
export const siteFile = (origin: string, { services = 'google-analytics-4: {measurement_id: G-TEST12345}\n  youtube: {}', more = '' } = {}): string => `origins: [${origin}]
languages: [nl, en]
controller:
  name: Custom Website
  address: Atoomweg 2J, 9743 AK Groningen
  email: info@customwebsite.example
  authority: autoriteit-persoonsgegevens
privacy: https://www.customwebsite.example/privacy
services:
  ${services}
${more}`;
