/** Asks whoever chose under an earlier legal version about what was added since, and about nothing else. */
import { join, Of, singlesOf, type Choice } from './choice';
import type { Decide } from './decision';
import { read, services } from './given';

/** What the visitor was not asked about yet. */
const unasked = (choice: Choice): typeof NEWS => NEWS.filter(([since]) => since > +choice[Of.Source]!.split('.')[1]!);

const bitsOf = (choice: Choice): number => +('0x' + choice[Of.Bits]);

/** What came into categories that the visitor granted: that is worth a question. */
const added = (): typeof NEWS => {
  const choice = read();
  return choice ? unasked(choice).filter(([, , bit]) => bitsOf(choice) & bit) : [];
};

/** Whether there is a question, about anything but one service. */
export const asks = (but?: string): boolean => added().some(([, id]) => id != but);

/** Whether the choice counts no more: it is that of a page whose gate is of before. */
export const outdated = (): unknown => read()?.[Of.Source]!.match(`^1.(?!${LEGALS}\\.)`);

export const news = (): string => added().map(([, , , text]) => text).join('; ');

/** Whether whoever made that choice decided about a service that the site still has, which is singled out there. */
export const answered = (choice: Choice, single: string): unknown => services[single.slice(1)] && unasked(choice).every(([, id]) => id != single.slice(1));

/** The answer is about what was added; all else stays as it was. */
export const renewal =
  (make: Decide): Decide =>
  (action, ...rest) => {
    if (!asks()) return make(action, ...rest);
    const choice = read()!;
    const left = singlesOf(choice[Of.Services]!).filter((single) => answered(choice, single));
    make('renew', bitsOf(choice), join([...left, ...(action == 'accept_all' ? [] : added().map(([, id]) => '!' + id))]), 'first');
  };
