import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const runs = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The file of a program of this machine: the one an environment variable names, else the first that is there. */
export const program = (variable: string, ...names: string[]): string => {
  const named = process.env[variable];
  if (named) return named;
  const found = names.flatMap((name) => name.startsWith('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find(runs);
  if (!found) throw new Error(`none of ${names.join(', ')} is on this machine: make install-engines, or name yours in ${variable}`);
  return found;
};
