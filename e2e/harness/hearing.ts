import type { BrowserContext } from 'playwright-core';
import type { Service, Step } from './catalogue.ts';

/** One call of a global, or one push onto it: its name, then what it was given. */
export type Heard = [name: string, ...given: unknown[]];

const every = ({ load, signals }: Pick<Service, 'load' | 'signals'>): Step[] =>
  [signals?.default, load?.before, signals?.grant, load?.after, signals?.deny].flatMap((steps) => steps ?? []);

/** The globals that a service's steps speak to. */
export const globals = (service: Pick<Service, 'load' | 'signals' | 'consent'>): string[] =>
  [...new Set([...every(service).map(({ name }) => name.split('.')[0]!), ...(service.consent ? ['dataLayer'] : [])])];

/** What must be heard of steps: times are only named. */
export const expected = (steps: Step[] = []): Heard[] =>
  steps.flatMap((step): Heard[] => {
    const args = JSON.parse(JSON.stringify(step.args ?? []), (_, value) => (value?.$now ? 'time' : value?.$date ? 'date' : value));
    const [root, ...method] = step.name.split('.');
    if (step.do === 'push') return [[step.name, ...args]];
    return step.do === 'call' ? [method.length ? [root!, [...method, ...args]] : [root!, ...args]] : [];
  });

/** The script of a service, as far as its steps need one: what no snippet of its own has set up. */
export const standIn = (service: Pick<Service, 'load' | 'signals'>): string =>
  every(service).map(({ do: kind, name, args }) =>
    kind === 'new' ? `window.${args![0]} = class { constructor({ q }) { this.q = q } push(...given) { return Array.prototype.push.apply(this.q, given) } };`
    : kind === 'call' && !name.includes('.') ? `window.${name} ||= () => {};` : '').join('');

/** Runs in the page. */
const tapAll = (names: string[]): void => {
  if (self !== top) return;
  const kind = (value: unknown): string => Object.prototype.toString.call(value);
  const say = (...entry: unknown[]): void => (window as any).__heard(JSON.stringify(entry, function (this: any, key, value) {
    if (kind(this[key]) === '[object Date]') return 'date';
    return kind(value) === '[object Arguments]' ? [...value] : typeof value === 'number' && value > 1e12 ? 'time' : value;
  }));
  const known = new WeakSet();
  const tap = (name: string, value: any): unknown => {
    if (typeof value === 'function') return new Proxy(value, { apply(target, self, args) { say(name, ...args); return Reflect.apply(target, self, args); } });
    if (typeof value?.push === 'function' && !known.has(value)) {
      const { push } = value;
      known.add(value);
      value.push = function (...args: unknown[]) { say(name, ...args); return push.apply(this, args); };
    }
    return value;
  };
  for (const name of names) {
    let held: unknown;
    Object.defineProperty(window, name, { configurable: true, get: () => held, set: (value) => (held = tap(name, value)) });
  }
  document.addEventListener('sluis:release', () => say('release'));
};

/**
 * Listens, from the first moment of every page, to these globals: everything
 * that is called or pushed, in order, and "release" where something is let go.
 */
export const listen = async (context: BrowserContext, names: string[]): Promise<Heard[]> => {
  const heard: Heard[] = [];
  await context.exposeBinding('__heard', (_, text: string) => void heard.push(JSON.parse(text)));
  // What runs our TypeScript names functions by a helper that a page does not have.
  await context.addInitScript(`{ const __name = (named) => named; (${tapAll})(${JSON.stringify(names)}) }`);
  return heard;
};
