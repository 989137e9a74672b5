/**
 * The banner of one language: first layer, preferences, placeholders, records.
 * The gate loads it where there is something to show or to send. The file's
 * last line starts it and hands it the hash of the notice that it is.
 */
import css from './banner.css';
import control from './control.css';
import { Of } from './choice';
import { decisions, type Layer } from './decision';
import { dress, h } from './element';
import { embeds } from './embeds';
import { firstLayer } from './layer';
import { preferences } from './preferences';
import { Act, type BannerScript } from './wire';

const script = document.currentScript as BannerScript;

script.start = (notice) => {
  const gate = script.gate!;
  const [ready, read] = gate;
  const host = h('div', { lang: LANGUAGE });
  const root = host.attachShadow({ mode: 'open' });
  const status = h('div', { className: 'status', role: 'status' });
  const { make, enforce, proof } = decisions(gate, notice);

  const tell = (message: string): void => {
    status.textContent = message;
    setTimeout(() => (status.textContent = ''), 6e3);
  };
  const decide: typeof make = (...decision) => {
    make(...decision);
    tell(TEXT_SAVED);
  };
  const all = (layer: Layer) => () => decide('accept_all', 15, '', layer);
  const none = (layer: Layer) => () => decide('refuse_all', 1, '', layer);
  const open = (): void => preferences(root, read(), decide, proof, tell);

  const layer = firstLayer(all('first'), none('first'), open);
  const refresh = embeds(gate, decide, open);
  let due = 0;
  const show = (): void => {
    if (!read() == !layer.matches(':popover-open')) layer.togglePopover();
    // A page in the making calls at every piece of it.
    due ||= requestAnimationFrame(() => {
      due = 0;
      refresh();
    });
  };

  dress(root, control + css + THEME);
  root.append(layer, status);
  const mount = (): void => {
    if (!document.body) return void requestAnimationFrame(mount);
    if (WITH_PAGE_FONT) host.style.setProperty('--font', getComputedStyle(document.body).fontFamily);
    // Before the body: the first stop of the Tab key, and no page selector counts it.
    document.documentElement.insertBefore(host, document.body);
    ready((act) => {
      if (act == Act.Preferences) open();
      else if (act == Act.Withdraw) decide('withdraw', 1, '', 'page');
      else if (act == Act.Receipt) return proof();
      else if (act == Act.Changed) enforce(document.cookie);
      else if (act == Act.Signal) {
        if (read()![Of.ConsentId]) tell(TEXT_GPC);
        make('signal', 1, '', 'signal');
      }
      else show();
      return;
    });
  };
  mount();
};
