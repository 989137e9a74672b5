/** The second layer: a native dialog with the four categories, the services in each, and the visitor's own number. */
import { CATEGORIES, decide, join, Of, type Choice } from './choice';
import type { Decide } from './decision';
import { button, h, link } from './element';

type Switch = HTMLInputElement;

const toggle = (id: string, checked: boolean, disabled: boolean, onchange?: () => void): Switch => {
  const input = h('input', { type: 'checkbox', id, checked, disabled, onchange: onchange ?? null });
  input.setAttribute('role', 'switch');
  return input;
};

const row = (name: string, control: Switch): HTMLElement => h('label', { className: 'row', htmlFor: control.id }, name, control);

const details = ([, name, purpose, facts, privacy]: Detail, control: Switch | undefined): HTMLElement =>
  h(
    'li',
    {},
    control ? row(name, control) : h('b', {}, name),
    h('p', {}, purpose),
    h('dl', {}, ...facts.flatMap(([label, text]) => [h('dt', {}, label), h('dd', {}, text)])),
    link(TEXT_SERVICE_PRIVACY.replace('{service}', name), privacy),
  );

/** Builds and shows the dialog for the choice in force. */
export const preferences = (
  root: ShadowRoot,
  choice: Choice | undefined,
  make: Decide,
  proof: () => Promise<unknown>,
  tell: (message: string) => void,
): void => {
  const categories: Switch[] = [];
  const services: [id: string, control: Switch, category: Switch][] = [];

  const groups = GROUPS.map(([name, text, members], i) => {
    const fixed = !i;
    const own: Switch[] = [];
    const category = toggle(CATEGORIES[i]!, decide(choice, CATEGORIES[i]), fixed, () => {
      for (const control of own) control.checked = category.checked;
    });
    category.setAttribute('aria-describedby', 't' + i);
    categories.push(category);
    const list = members.map((service) => {
      if (fixed) return details(service, undefined);
      const control = toggle('s-' + service[0], decide(choice, '', service[0]), false);
      own.push(control);
      services.push([service[0], control, category]);
      return details(service, control);
    });
    return h(
      'li',
      { className: 'group' },
      h('h3', {}, row(name, category)),
      h('p', { id: 't' + i }, text),
      members.length
        ? h('details', {}, h('summary', {}, TEXT_SERVICES.replace('{count}', members.length + '')), h('ul', {}, ...list))
        : h('p', { className: 'small' }, TEXT_SERVICES_NONE),
    );
  });

  const end = (action: 'accept_all' | 'refuse_all' | 'save', bits: number, singled = ''): void => {
    make(action, bits, singled, 'preferences');
    dialog.close();
  };

  const save = (): void => {
    let bits = 0;
    categories.forEach((category, i) => (bits |= +category.checked << i));
    end(
      'save',
      bits,
      join(
        services
          .filter(([, control, category]) => control.checked != category.checked)
          .map(([id, control]) => (control.checked ? '+' : '!') + id),
      ),
    );
  };

  const number = choice?.[Of.ConsentId];
  const dialog = h(
    'dialog',
    { ariaLabel: TEXT_PREFERENCES, onclose: () => dialog.remove() },
    h('div', { className: 'head' }, h('h2', {}, TEXT_PREFERENCES), button('', 'close', () => dialog.close())),
    h(
      'div',
      { className: 'scroll' },
      h('p', {}, TEXT_PREFERENCES_INTRO),
      h('ul', { className: 'groups' }, ...groups),
      !!choice &&
        h(
          'dl',
          { className: 'proof' },
          h('dt', {}, TEXT_CONSENT_DATE),
          h('dd', {}, new Date(+choice[Of.Day]! * 864e5).toLocaleDateString(...DATES)),
          ...(number
            ? [
                h('dt', {}, TEXT_CONSENT_NUMBER),
                h('dd', {}, h('code', {}, number)),
              ]
            : []),
        ),
      !!choice &&
        h(
          'div',
          { className: 'acts' },
          !!number &&
            button(TEXT_COPY, 'line', () => {
              navigator.clipboard.writeText(number).then(() => tell(TEXT_COPIED));
            }),
          button(TEXT_RECEIPT, 'line', () => {
            proof().then((receipt) => {
              if (receipt)
                h('a', {
                  download: `sluis-${SITE}.json`,
                  href: URL.createObjectURL(new Blob([JSON.stringify(receipt)], { type: 'application/json' })),
                }).click();
              else tell(TEXT_RECEIPT_NONE);
            }, () => tell(TEXT_RECEIPT_NONE));
          }),
        ),
    ),
    h(
      'div',
      { className: 'acts foot' },
      button(TEXT_SAVE, 'full', save),
      button(TEXT_ACCEPT, 'line', () => end('accept_all', 15)),
      button(TEXT_REFUSE, 'line', () => end('refuse_all', 1)),
    ),
  );
  dialog.querySelector<HTMLElement>('.close')!.ariaLabel = TEXT_CLOSE;
  root.append(dialog);
  dialog.showModal();
};
