/** Removes what services left behind on the site's own origin: cookies, web storage, databases and caches. */
import { attempt } from './attempt';
import { scopes } from './scopes';
import { secure } from './given';

/** Where there is none, there is nothing to remove. */
const none = (): void => {};

export const clean = (pattern: string): void => {
  const left = RegExp(`^(${pattern})$`);
  try {
    for (const pair of document.cookie.split('; ')) {
      const name = pair.split('=')[0]!;
      if (left.test(name))
        for (const scope of scopes(location.hostname, location.pathname))
          // A name with a prefix needs the word; without TLS WebKit drops whatever has it. What a tag
          // sets as partitioned, for websites that frame this one, lies in a jar of its own.
          for (const jar of secure ? [';secure', ';secure;partitioned'] : ['']) document.cookie = `${name}=;max-age=0${scope}${jar}`;
    }
  } catch {}
  if (WITH_STORAGE)
    for (const kind of ['localStorage', 'sessionStorage'] as const)
      attempt(() => {
        const store = window[kind];
        for (const key of Object.keys(store)) if (left.test(key)) store.removeItem(key);
      });
  if (WITH_DATABASES)
    attempt(() => indexedDB.databases().then((all) => all.forEach(({ name }) => left.test(name!) && indexedDB.deleteDatabase(name!)), none));
  // Only where the page has TLS.
  if (WITH_CACHES)
    attempt(() => caches.keys().then((all) => all.forEach((name) => left.test(name) && caches.delete(name)), none));
};
