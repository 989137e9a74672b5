import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * One code block of docs/recipes/{name}.md, as a reader would paste it: the
 * nth of its language. What a reader puts in the place of our examples is
 * given as pairs; one that the block does not have is an error, lest a test
 * run something else than the recipe.
 */
export const recipe = (name: string, language: string, nth = 0, instead: Record<string, string> = {}): string => {
  const text = readFileSync(resolve(import.meta.dirname, `../../docs/recipes/${name}.md`), 'utf8');
  const blocks = [...text.matchAll(/^( *)```(\w+)\n([^]*?)^ *```$/gm)].filter(([, , found]) => found === language);
  const block = blocks[nth];
  if (!block) throw new Error(`${name}.md has ${blocks.length} blocks of ${language}`);
  let code = block[3]!.replace(new RegExp(`^${block[1]}`, 'gm'), '');
  for (const [example, own] of Object.entries(instead)) {
    if (!code.includes(example)) throw new Error(`${name}.md, block ${nth} of ${language}, does not say ${example}`);
    code = code.replaceAll(example, own);
  }
  return code;
};
