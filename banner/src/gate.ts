/**
 * The gate: the blocking script in the head. It decides from one cookie and
 * without any request what may load, and fetches the banner only when needed.
 */
import { CATEGORIES, cookieName, decide, parse, today, type Choice } from './choice';
import { prepare, signal } from './google';
import { load, release, scan, serviceOf } from './hold';
import { base, emit, parsed, scriptFor } from './page';
import { reopen } from './reopen';
import { Act, type Banner, type BannerScript } from './wire';
import type { Choice as PublicChoice, Sluis } from './sluis';

const main = (): void => {
  let choice: Choice | undefined;
  let banner: Promise<Banner> | undefined;
  let settle: (choice: PublicChoice | PromiseLike<PublicChoice>) => void;
  let button = 0;

  const language = WITH_LANGUAGES
    ? (
        RegExp(`(?:^|,)(${LANGUAGES})\\b`, 'i').exec(
          [document.documentElement.lang, ...navigator.languages].join(),
        )?.[1] ?? DEFAULT_LANGUAGE
      ).toLowerCase()
    : DEFAULT_LANGUAGE;

  const ask = (act: Act, next?: Choice): Promise<unknown> =>
    (banner ||= new Promise((resolve, reject) => {
      const script: BannerScript = scriptFor(`${base}v/${RELEASE}/${SITE}.${language}.js`);
      script.gate = [() => choice, apply, release, load, serviceOf, SERVICES, base];
      script.ready = resolve;
      script.onerror = () => {
        // The next click tries again.
        banner = undefined;
        reject(Error('sluis: no banner'));
      };
      document.head.append(script);
    })).then((show) => show(act, next));

  /** Nothing waits for the banner: without it the page works and holds everything back. */
  const tell = (act: Act, next?: Choice): void => {
    ask(act, next).catch(() => {});
  };

  const look = (): void => {
    if (scan(choice, look) || !choice || banner) tell(Act.Show);
  };

  const apply = (next: Choice): void => {
    choice = next;
    // A refusal of earlier says nothing that the default did not say.
    if (WITH_GOOGLE && (choice[3] || banner)) signal('update', choice);
    look();
    settle(sluis.choice!);
    emit('choice', sluis.choice);
    parsed.then(() => button++ || reopen(language));
  };

  const read = (): void => {
    const next = parse(document.cookie, cookieName(location.protocol), today());
    if (next && next[4] != choice?.[4])
      if (choice) tell(Act.Changed, next);
      else apply(next);
  };

  const start = (): void => {
    read();
    if (!choice) look();
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    document.addEventListener('visibilitychange', read);
    addEventListener('pageshow', read);
    // Records that earlier pages could not deliver: the banner sends them.
    if (Object.keys(localStorage).some((key) => key.startsWith('sluis.'))) tell(Act.Show);
  };

  const sluis: Sluis = (window.Sluis = {
    allows: (what) => {
      const [, service] = what.split('service:');
      return decide(choice, what, service);
    },
    get choice() {
      return choice
        ? {
            categories: Object.fromEntries(CATEGORIES.map((name) => [name, decide(choice, name)])),
            consentId: choice[3],
          }
        : null;
    },
    open: () => tell(Act.Preferences),
    withdraw: () => ask(Act.Withdraw),
    receipt: () => ask(Act.Receipt),
    ready: new Promise((resolve) => (settle = resolve)),
  } as Sluis);

  if (WITH_GOOGLE) prepare();
  Promise.all([sluis.ready, parsed]).then(() => emit('ready', sluis.choice));
  document.addEventListener('click', (event) => {
    if ((event.target as Element).closest('[data-sluis-open]')) {
      event.preventDefault();
      sluis.open();
    }
  });
  if ((document as { prerendering?: boolean }).prerendering)
    document.addEventListener('prerenderingchange', start, { once: true });
  else start();
};

// A page may have pasted the tag twice.
if (!window.Sluis) main();
