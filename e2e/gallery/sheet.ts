import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const titles: Record<string, string> = {
  1: 'First layer', 2: 'Preferences', 3: 'Preferences, services opened', 4: 'Placeholders', 5: 'After a choice', 6: 'Where layouts break', 7: 'The cookie declaration',
};

const figures = (pictures: string[]): string =>
  pictures.map((picture) => `<figure><a href="${picture}"><img src="${picture}" alt="" loading="lazy"></a><figcaption>${basename(picture, '.png').replace(/^\d-/, '').replaceAll('-', ' ')}</figcaption></figure>`).join('\n');

const pngs = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.png')).sort() : []);

/** Writes the contact sheet, which opens from disk, over whatever pictures the folder holds, and returns where it is. */
export const writeSheet = (folder: string): string => {
  const own = pngs(folder);
  const peers = pngs(join(folder, 'peers'));
  const sections = Object.entries(titles).map(([part, title]) => `<h2>${title}</h2><div>${figures(own.filter((name) => name.startsWith(part)))}</div>`);
  if (peers.length) sections.push(`<h2>Beside other tools, on one page</h2><div>${figures(peers.map((name) => `peers/${name}`))}</div>`);
  const file = join(folder, 'index.html');
  writeFileSync(file, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sluis: gallery</title>
<style>body{margin:2rem;font:15px/1.5 system-ui;background:#e9ebef;color:#1b1e24}div{display:flex;flex-wrap:wrap;gap:1.25rem;align-items:end}figure{margin:0}img{height:26rem;max-width:100%;border-radius:6px;box-shadow:0 1px 6px #0004;display:block}figcaption{margin-top:.35rem}</style>
<h1>Sluis: what visitors meet</h1>
${sections.join('\n')}
</html>
`);
  return file;
};
