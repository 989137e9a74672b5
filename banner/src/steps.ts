/** Does in the page what a service's own snippet would do, told as data: see Step in ../service.go. */
import { attempt } from './attempt';

/** The object that holds a global, and what it is called there. */
const find = (name: string, make?: boolean): [holder: any, last: string] => {
  const path = name.split('.');
  const last = path.pop()!;
  return [path.reduce((holder, part) => (make ? (holder[part] ||= {}) : holder?.[part]), window as any), last];
};

const global = (name: string): any => {
  const [holder, last] = find(name);
  return holder?.[last];
};

/** The special values. */
const read = (_: string, value: any): unknown =>
  value?.$global ? global(value.$global) : value?.$now ? Date.now() : value?.$date ? new Date() : value;

/** A function that keeps its calls until the service has put its own in place. */
const stub = (queue: string, own: string, properties: object): object => {
  const keep: any = function () {
    if (keep[own]) keep[own](...arguments);
    else keep[queue].push(arguments);
  };
  return Object.assign(keep, { [queue]: [] }, properties);
};

/** A list whose methods push their name and arguments onto it. */
const proxy = (methods: string[]): object => {
  const list: any = [];
  for (const method of methods) list[method] = (...args: unknown[]) => list.push([method, ...args]);
  return list;
};

export const run = (steps: readonly Step[]): void => {
  for (const step of steps)
    // A page may have something else under that name: the other steps go on.
    attempt(() => {
      const [kind, name, ...args] = JSON.parse(step, read);
      const [holder, last] = find(name, kind == 'set');
      if (kind == 'call') holder?.[last]?.(...args);
      else if (kind == 'set') holder[last] = args[0];
      else if (kind == 'new') holder[last] = new (global(args[0]))(args[1]);
      else holder[last] ||= kind == 'stub' ? stub.apply(0, args) : kind == 'proxy' ? proxy(args[0]) : [];
      if (kind == 'push') holder[last].push(...args);
    });
};
