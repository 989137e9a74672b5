import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Step { do: string; name: string; args?: unknown[] }
interface Left { name: string; match: 'exact' | 'prefix'; party?: 'first' | 'third'; optOut?: boolean }

/** A file of banner/services, as far as its end-to-end case asks. */
export interface Service {
  id: string;
  category: 'necessary' | 'functional' | 'analytics' | 'social-media';
  purpose: { nl: string; en: string };
  recipients: string[];
  privacy: string;
  advertising?: boolean;
  cookies: Left[];
  remnants?: Left[];
  storage?: (Left & { type: 'localStorage' | 'sessionStorage' | 'indexedDB' | 'cache' })[];
  parameters?: Record<string, { default?: string }>;
  load?: { when?: string; before?: Step[]; after?: Step[] };
  consent?: 'google';
  signals?: { default?: Step[]; grant?: Step[]; deny?: Step[] };
  embed?: { attributes?: Record<string, string> };
  reload?: boolean;
  example: { parameters?: Record<string, string>; html?: string; request: string };
}

const folder = resolve(import.meta.dirname, '../../banner/services');

/** Every service that Sluis ships, with the values of its example filled in. */
export const catalogue = (): Service[] =>
  readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => {
    const text = readFileSync(resolve(folder, file), 'utf8');
    const { parameters = {}, example }: Service = JSON.parse(text);
    const values: Record<string, string | undefined> = { ...Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default])), ...example.parameters };
    return JSON.parse(text.replace(/\{\+?([a-z_]+)\}/g, (whole, name) => values[name] ?? whole));
  });

/** Names of what a service leaves on the website's own origin, one for each pattern; a visitor's own objection stays. */
export const traces = (service: Service): { cookies: string[]; stored: { type: string; name: string }[] } => {
  const named = ({ name, match }: Left): string => name + (match === 'prefix' ? 'x1' : '');
  return {
    cookies: [...service.cookies.filter(({ party, optOut }) => party === 'first' && !optOut), ...(service.remnants ?? [])].map(named),
    stored: (service.storage ?? []).filter(({ party, optOut }) => party === 'first' && !optOut).map((left) => ({ type: left.type, name: named(left) })),
  };
};
