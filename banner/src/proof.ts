/**
 * What the preferences say of the choice in force, with the visitor's own number
 * and the receipt: a module, loaded when somebody who has chosen opens them. Nobody
 * has on a first visit.
 */
import { button, h } from './element';
import { Of, type Choice } from './choice';

/** A label and what it says, in a list of facts. */
const pair = (label: string, text: string | Node): HTMLElement[] => [h('dt', label), h('dd', text)];

/** Fills the row with the choice in force, its number and its proof. */
export const fill = (row: HTMLElement, choice: Choice, proof: () => Promise<unknown>, tell: (message: string) => void): void => {
  const number = choice[Of.ConsentId];
  row.append(
    h(
      'dl',
      // A time of that day which has the same date from Alaska to New Zealand.
      ...pair(TEXT_CONSENT_DATE, new Date((+choice[Of.Day]! + 0.4) * 864e5).toLocaleDateString(DATE_LOCALE, { dateStyle: DATE_STYLE })),
      // Between words from right to left its parts would change places.
      ...(number ? pair(TEXT_CONSENT_NUMBER, DIRECTION == 'ltr' ? number : h('bdi', { dir: 'ltr' }, number)) : []),
    ),
    h(
      'div',
      { className: 'acts' },
      number &&
        button(TEXT_COPY, () =>
          navigator.clipboard.writeText(number).then(
            () => tell(TEXT_COPIED),
            () => {},
          ),
        ),
      button(TEXT_RECEIPT, () =>
        proof().then((receipt) =>
          receipt
            ? h('a', {
                download: `sluis-${SITE}.json`,
                href: URL.createObjectURL(new Blob([JSON.stringify(receipt)])),
              }).click()
            : tell(TEXT_RECEIPT_NONE),
        ),
      ),
    ),
  );
};
