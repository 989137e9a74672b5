/** The first layer: a region that asks without standing in the way. It takes no focus and closes only by a decision. */
import { button, h, link } from './element';
import { signalled } from './given';
import type { Decide, Layer } from './decision';
import { asks, news } from './renewal';

export const firstLayer = (make: Decide, choose: () => void): HTMLElement => {
  const layer = h(
    'section',
    { ariaLabel: TEXT_TITLE, popover: 'manual' },
    // Lazily: who is not asked requests nothing. The intro names who asks, so it has no words.
    ...(LOGO ? [h('img', { loading: 'lazy', src: LOGO, alt: '' })] : []),
    h('h2', TEXT_TITLE),
    ...(WITH_EARLIER && asks() ? [h('p', TEXT_CHANGED.replace('{changes}', news()))] : []),
    h('p', TEXT_INTRO),
    WITH_SIGNAL && signalled() && h('p', TEXT_GPC),
    h('p', TEXT_WITHDRAWAL),
    h('div', { className: 'acts' }, ...twins(make, 'first', 'full'), button(TEXT_CHOOSE, choose), link(TEXT_PRIVACY, PRIVACY)),
  );
  // Room below the page, so that whatever gets the focus is scrolled clear of the
  // layer, above it. Hidden, the layer measures nothing and the room is gone.
  // Either lays the whole page out anew, which no visitor has to wait for.
  new ResizeObserver(() =>
    setTimeout(() => {
      const { style } = document.documentElement;
      style.scrollPaddingBottom = style.paddingBottom = layer.offsetHeight
        ? LAYOUT == 'centred' ? `calc(50dvh + ${layer.offsetHeight / 2 + 16}px)` : layer.offsetHeight + 32 + 'px'
        : '';
    }),
  ).observe(layer);
  return layer;
};

/** Twins: the same element, class and place in the row. Accept is the first stop of the Tab key. */
export const twins = (make: Decide, layer: Layer, look?: string): HTMLElement[] => [
  // About what was added alone they do not say "all".
  button(WITH_EARLIER && look && asks() ? TEXT_CHANGED_ACCEPT : TEXT_ACCEPT, () => make('accept_all', 15, '', layer), look),
  button(WITH_EARLIER && look && asks() ? TEXT_CHANGED_REFUSE : TEXT_REFUSE, () => make('refuse_all', 1, '', layer), look),
];
