/** What the preferences say of the choice in force, with the visitor's own number and the receipt. */
import { button, h } from './element';
import { Of, type Choice } from './choice';

/** A label and what it says, in a list of facts. */
export const pair = (label: string, text: string | Node): HTMLElement[] => [h('dt', label), h('dd', text)];

/** The choice in force, its number and its proof. */
export const record = (choice: Choice, proof: () => Promise<unknown>, tell: (message: string) => void): HTMLElement => {
  const number = choice[Of.ConsentId];
  return h(
    'li',
    { className: 'proof' },
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
