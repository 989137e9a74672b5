/** The first layer: a region that asks without standing in the way. It takes no focus and closes only by a decision. */
import { signalled } from './browsersignal';
import { button, h, link } from './element';

export const firstLayer = (accept: () => void, refuse: () => void, choose: () => void): HTMLElement => {
  const layer = h(
    'section',
    { className: LAYOUT + ' ' + CORNER, ariaLabel: TEXT_TITLE, popover: 'manual' },
    h(
      'div',
      { className: 'text' },
      h('h2', {}, TEXT_TITLE),
      h('p', {}, TEXT_INTRO),
      WITH_SIGNAL && signalled() && h('p', {}, TEXT_GPC),
      h('p', { className: 'small' }, TEXT_WITHDRAWAL, ' ', link(TEXT_PRIVACY, PRIVACY)),
    ),
    h(
      'div',
      { className: 'acts' },
      // Twins: the same element, class and place in the row.
      button(TEXT_ACCEPT, 'full', accept),
      button(TEXT_REFUSE, 'full', refuse),
      button(TEXT_CHOOSE, 'line', choose),
    ),
  );
  // Room below the page, so that whatever gets the focus can be scrolled clear
  // of the layer. Hidden, the layer measures nothing and the room is gone.
  new ResizeObserver(() => {
    const room = layer.offsetHeight ? layer.offsetHeight + 32 + 'px' : '';
    const { style } = document.documentElement;
    style.scrollPaddingBottom = room;
    style.paddingBottom = room;
  }).observe(layer);
  return layer;
};
