import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const runs = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The file of a program, from the first of these names that is in the PATH. Fails with what is missing. */
export const program = (...names: string[]): string => {
  const found = names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(runs);
  if (!found) throw new Error(`this machine has no ${names[0]}`);
  return found;
};

/** The small browser that comes with WebKitGTK: Debian keeps it outside the PATH, in a folder named after machine and version. */
export const miniBrowser = (): string => {
  const folders = (of: string, like: RegExp) => readdirSync(of).filter((name) => like.test(name)).map((name) => join(of, name));
  const found = folders('/usr/lib', /-linux-gnu$/).flatMap((folder) => folders(folder, /^webkit2?gtk-/)).map((folder) => join(folder, 'MiniBrowser')).find(runs);
  if (!found) throw new Error('this machine has no MiniBrowser');
  return found;
};
