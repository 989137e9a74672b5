import type { Contender } from '../contender.ts';
export const startSluis = async (_origin: string, _say: (line: string) => void): Promise<Contender> => { throw new Error('not yet'); };
