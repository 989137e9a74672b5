/** The small control that is always there once a choice has been made: withdrawing is as easy as giving. */

let control: HTMLElement | undefined;

/** Puts it in its place, and a new one there where a page has replaced its root. */
export const offer = (label: string): void => {
  // Neither the frame of a click nor a tag that was let go waits for it.
  setTimeout(() => {
    if (control?.isConnected) return;
    const button = (control = document.createElement('button'));
    button.dataset.sluisOpen = '';
    button.textContent = label;
    // The system's own colours: it needs no theme and survives forced colours. No
    // rule of the page may hide the way back.
    button.style = `all:revert;position:fixed;z-index:9999999;bottom:14px;${REOPEN_STYLE};padding:14px;border:0;border-radius:99px;font:14px system-ui`.replace(/;|$/g, '!important;') as never;
    // Paper cannot be clicked.
    matchMedia('print').onchange = ({ matches }) => (button.hidden = matches);
    // After the body: the last stop of the Tab key, and no page selector counts it.
    document.documentElement.append(button);
  }, 99);
};
