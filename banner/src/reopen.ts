/** The small control that is always there once a choice has been made: withdrawing is as easy as giving. */

import { language } from './gate';

let control: HTMLElement | undefined;

/** Puts it in its place, and back there where a page has replaced its root. */
export const offer = (): void => {
  // Neither the frame of a click nor a tag that was let go waits for it.
  setTimeout(() => {
    if (!control) {
      control = document.createElement('button');
      control.dataset.sluisOpen = '';
      control.textContent = typeof REOPEN == 'string' ? REOPEN : REOPEN[language]!;
      // The system's own colours: it needs no theme and survives forced colours. No
      // rule of the page may hide the way back.
      control.style = `all:revert;position:fixed;z-index:9999999;bottom:14px;${REOPEN_STYLE};padding:14px;border:1px solid #8886;border-radius:99px;font:14px system-ui;`.replaceAll(';', '!important;') as never;
      // Paper cannot be clicked. The next look puts it back.
      matchMedia('print').onchange = () => control!.remove();
    }
    // After the body: the last stop of the Tab key, and no page selector counts it.
    if (!control.isConnected) document.documentElement.append(control);
  }, 99);
};
