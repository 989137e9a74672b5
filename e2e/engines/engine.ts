/** A cookie as the browser keeps it, those that no script can read included. */
export interface Cookie { name: string; value: string }

/** One tab of a real browser with a clean profile: only what every engine can be told to do. */
export interface Tab {
  version: string;
  /** Both return once the page has loaded. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs the body of an async function in the page; what it returns comes back as JSON. */
  run(body: string): Promise<unknown>;
  /** A real press of the mouse on what lies at this point of the viewport. */
  click(x: number, y: number): Promise<void>;
  /** A real key, by its WebDriver code or its character. */
  press(key: string): Promise<void>;
  cookies(): Promise<Cookie[]>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** A browser engine of this machine. */
export interface Engine {
  name: string;
  /** The programs it is made of. Fails with the one that this machine lacks. */
  programs(): Record<string, string>;
  /** Starts it, with everything but localhost sent through this proxy. */
  start(proxy: { host: string; port: number }): Promise<Tab>;
}

/** WebDriver's codes of the keys that have no character. */
export const keys = { tab: '\uE004', enter: '\uE007', escape: '\uE00C' };

/** A click and a key in the words of WebDriver and of WebDriver BiDi, which are the same. */
export const clickAt = (x: number, y: number) => [{
  type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' },
  actions: [{ type: 'pointerMove', x, y, duration: 0 }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
}];
export const stroke = (value: string) => [{ type: 'key', id: 'keyboard', actions: [{ type: 'keyDown', value }, { type: 'keyUp', value }] }];
