import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The texts a visitor reads, from the same files the banner is built from. */
export const labels = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(resolve(import.meta.dirname, `../../banner/texts/${language}.json`), 'utf8'));

export const nl = labels('nl');
export const en = labels('en');
