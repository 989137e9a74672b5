/** Asks whoever chose under an earlier legal version about what was added since, and about nothing else. */
import { join, Of, singlesOf, type Choice } from './choice';
import type { Decide } from './decision';
import { read } from './given';

/** What the visitor was not asked about yet. */
const unasked = (choice: Choice): typeof NEWS => NEWS.filter(([since]) => since > +choice[Of.Source]!.split('.')[1]!);

const bitsOf = (choice: Choice): number => +('0x' + choice[Of.Bits]);

export const renewal = (make: Decide) => {
  /** What came into categories that the visitor granted: that is worth a question. */
  const added = (): typeof NEWS => {
    const choice = read();
    return choice ? unasked(choice).filter(([, , bit]) => bitsOf(choice) & bit) : [];
  };
  const asks = (): boolean => !!added()[0];

  /** The answer about what was added; all else stays as it was. */
  const renew = (granted: boolean): void => {
    const choice = read()!;
    const left = singlesOf(choice[Of.Services]!).filter((single) => unasked(choice).every(([, id]) => id != single.slice(1)));
    make('renew', bitsOf(choice), join([...left, ...(granted ? [] : added().map(([, id]) => '!' + id))]), 'first');
  };

  return {
    asks,
    news: (): string => added().map(([, , , text]) => text).join('; '),
    make: ((action, ...rest) => (asks() ? renew(action == 'accept_all') : make(action, ...rest))) as Decide,
  };
};
