/** The small control that is always there once a choice has been made: withdrawing is as easy as giving. */

// System colours, so that it needs no theme and survives forced colours; the
// page's own rules do not reach what is important under an id.
const css =
  '#sluis{display:none}@media screen{#sluis{' +
  `all:revert;position:fixed;z-index:2147483646;bottom:12px;${REOPEN_STYLE};min-height:44px;padding:0 16px;border:1px solid #8889;border-radius:99px;font:14px system-ui;background:Canvas;color:CanvasText;cursor:pointer`.replaceAll(
    ';',
    '!important;',
  );

export const reopen = (language: string): void => {
  const sheet = new CSSStyleSheet();
  const button = document.createElement('button');
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
  button.id = 'sluis';
  button.textContent = typeof REOPEN == 'string' ? REOPEN : REOPEN[language]!;
  button.dataset.sluisOpen = '';
  // After the body: the last stop of the Tab key, and no page selector counts it.
  document.documentElement.append(button);
};
