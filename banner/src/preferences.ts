/** The second layer: a native dialog with the four categories, the services in each, and the visitor's own number. */
import { join, type Choice } from './choice';
import type { Decide } from './decision';
import { button, h, say, statement } from './element';
import { categories as names, decide, script } from './given';
import { twins } from './layer';

type Switch = HTMLInputElement;

const toggle = (checked: boolean, ariaDescription: string, disabled: boolean): Switch =>
  h('input', { type: 'checkbox', role: 'switch', checked, ariaDescription, disabled });

/** What the address ends in: browsers keep for the life of a page that an import failed (https://github.com/whatwg/html/issues/6768). */
let again = '';

/** Builds and shows the dialog for the choice in force. */
export const preferences = (
  root: ShadowRoot,
  status: HTMLElement,
  choice: Choice | undefined,
  make: Decide,
  proof: () => Promise<unknown>,
  tell: (message: string) => void,
): void => {
  const categories: Switch[] = [];
  const services: [id: string, control: Switch, category: Switch][] = [];

  const groups = GROUPS.map(([name, text, members], i) => {
    // What is necessary is not chosen.
    const fixed = !i;
    const category = toggle(decide(choice, names[i]), text, fixed);
    // The last category has the highest bit.
    categories.unshift(category);
    category.onchange = () => {
      for (const [, control, above] of services) if (above == category) control.checked = category.checked;
    };
    const list = members.map(([id, name, purpose, privacy, ...facts]) => {
      const control = toggle(fixed || decide(choice, '', id), purpose, fixed);
      // It is described by its purpose.
      if (WITH_FOREIGN && facts[4]) control.lang = 'en';
      services.push([id, control, category]);
      return h(
        'li',
        h('label', name, control),
        WITH_FOREIGN ? h('p', !!facts[4] && { lang: 'en' }, purpose) : h('p', purpose),
        h(
          'dl',
          ...[TEXT_SERVICE_RECIPIENTS, TEXT_SERVICE_COOKIES, TEXT_SERVICE_RETENTION, TEXT_SERVICE_TRANSFER].flatMap((label, i) =>
            [h('dt', label), h('dd', facts[i] as string)],
          ),
        ),
        statement(name, privacy),
      );
    });
    return h(
      'li',
      h('h3', h('label', name, category)),
      h('p', text),
      list[0] ? h('details', h('summary', say(TEXT_SERVICES, list.length)), h('ul', ...list)) : h('p', TEXT_SERVICES_NONE),
    );
  });

  const save = (): void =>
    make(
      'save',
      // Not by `reduce`, which old libraries replace.
      +('0b' + categories.map(({ checked }) => +checked).join('')),
      join(services.map(([id, control, category]) => (control.checked == category.checked ? '' : (control.checked ? '+' : '!') + id))),
      'preferences',
    );

  const own = h('li', { className: 'proof' });
  if (choice)
    import(script.src.slice(0, -2) + 'proof.js' + again).then(
      ({ fill }) => fill(own, choice, proof, tell),
      () => {
        again += '?';
        if (own.isConnected) tell(TEXT_RECEIPT_NONE);
        own.remove();
      },
    );

  const dialog = h(
    'dialog',
    {
      ariaLabel: TEXT_PREFERENCES,
      onclose: () => {
        root.append(status);
        dialog.remove();
      },
    },
    // The status is in it, for outside an open dialog nothing is seen or heard.
    h('div', { className: 'head' }, h('h2', TEXT_PREFERENCES), status, h('button', { ariaLabel: TEXT_CLOSE, onclick: () => dialog.close() }, '×')),
    h('p', TEXT_PREFERENCES_INTRO),
    h('ul', ...groups, choice && own),
    // Each of the three decides and closes; what is between them does nothing.
    h('form', { method: 'dialog', className: 'acts' }, ...twins(make, 'preferences'), button(TEXT_SAVE, save, 'full')),
  );
  root.append(dialog);
  dialog.showModal();
};
