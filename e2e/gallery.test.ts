import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

// Protects: `make gallery` takes its pictures. The first ones it takes again and again,
// in states that other tests come by; these are taken once each.
for (const pictures of ['5-', '6-', '7-declaration-light-phone-nl'])
  test(`the gallery: ${pictures}`, async () => {
    const gallery = resolve(import.meta.dirname, 'gallery/gallery.ts');
    await promisify(execFile)(process.execPath, ['--import', 'tsx', gallery], { cwd: import.meta.dirname, env: { ...process.env, ONLY: pictures } });
  });
