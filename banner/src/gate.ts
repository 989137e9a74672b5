/**
 * The gate: the blocking script in the head. It decides from one cookie and
 * without any request what may load, and fetches the banner only when needed.
 */
import { signalled } from './browsersignal';
import { begin } from './catch';
import { CATEGORIES, decide, Of, parse, type Choice } from './choice';
import { prepare, signal } from './google';
import { load, look } from './hold';
import './net';
import { base, emit, scriptFor, secure } from './page';
import { gone, release, serviceOf } from './release';
import { run } from './steps';
import type { Sluis } from './sluis';
import { Act, type Banner, type BannerScript } from './wire';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export let choice: Choice | undefined;
export let banner: Promise<Banner> | null | undefined;
export let settle: () => void;

/** The page's language, else the visitor's first that the site has, else the site's first. */
export const language = WITH_LANGUAGES
  ? (`${[document.documentElement.lang, navigator.languages]}`.toLowerCase().match(`(^|,)(${LANGUAGES})\\b`)?.[2] ?? DEFAULT_LANGUAGE)
  : DEFAULT_LANGUAGE;

/** Nothing waits for the banner: where it cannot be had, the page works and holds everything back. */
export const call = (act: Act): Promise<unknown> =>
  (banner ||= new Promise((resolve) => {
    const script: BannerScript = scriptFor(`${base}v/${RELEASE}/${SITE}.${language}.js`);
    script.gate = [resolve, () => choice, apply, release, serviceOf, SERVICES, base, gone, decide, CATEGORIES, signalled, secure, WITH_STEPS ? run : 0, WITH_WHEN ? load : 0];
    // Tried again by whoever asks for more than a look: a page's every change is a look.
    // It may come and be something else, such as the page of a hotel's network. What
    // another tab refused holds all the same, for what this page would still let go.
    script.onerror = script.onload = () =>
      resolve((act) => {
        if (act == Act.Changed) apply(document.cookie);
        return act && (banner = null);
      });
    document.head.append(script);
  })).then((banner) => banner(act));

/** Puts the choice of these cookies into force. */
const apply = (cookies: string): void => {
  const next = parse(cookies, secure, Date.now() / 864e5);
  const asked = banner;
  if (next) {
    choice = next;
    sluis.choice = next[Of.Source];
    // What was added since nobody was asked about; where its category was granted, the banner asks.
    if (WITH_EARLIER) {
      const [bits, denied] = EARLIER[next[Of.Source]!.split('.')[1]!] ?? [0, ''];
      next[Of.Services] = denied + next[Of.Services];
      if (+('0x' + next[Of.Bits]) & bits) call(Act.Show);
    }
    // Chosen before the browser spoke up: nothing of it holds, and the banner writes that down.
    if (WITH_SIGNAL && signalled() && !next[Of.Bits]![1]) {
      next[Of.Bits] = '1';
      next[Of.Services] = sluis.choice = '';
      call(Act.Signal);
    }
    // A refusal of earlier says nothing that the default did not say.
    if (WITH_GOOGLE && (next[Of.ConsentId] || asked)) signal('update');
    // The one that the page began under is no news.
    if (asked) emit('choice');
  }
  look();
};

const start = (): void => {
  apply(document.cookie);
  if (WITH_NET) begin();
  else new MutationObserver(look).observe(document, { childList: true, subtree: true });
  // Chosen anew in another tab, whose record passes through the storage, or while
  // this page lay in memory: it comes into view then.
  const fresh = (): void => {
    if (!choice) apply(document.cookie);
    else if (!document.cookie.includes(choice[Of.Source]!)) call(Act.Changed);
  };
  addEventListener('visibilitychange', fresh);
  // Storage is slow to open, even to listen to, and may be forbidden: the page goes first.
  const later = (): void => {
    addEventListener('storage', fresh);
    fresh();
    // A module that is the very end of the page is let go now.
    look();
    // What the address asks for, and records that earlier pages could not deliver: the banner
    // knows. Only in a query, for a town of that name stands in the paths of many pages.
    try {
      if (/[?&]sluis-/.test(location as never) || localStorage.sluis) call(Act.Show);
    } catch {}
  };
  // A page that was prerendered, or put our tag in late, is loaded by now.
  if (document.readyState == 'complete') later();
  else addEventListener('load', later);
};

const sluis: Writable<Sluis> = {
  allows: (what) => decide(choice, what, what.split(':')[1]),
  open: () => call(Act.Preferences),
  withdraw: () => call(Act.Withdraw),
  receipt: () => call(Act.Receipt),
  ready: new Promise((resolve) => (settle = resolve)),
} as Sluis;

window.Sluis = sluis;
if (WITH_GOOGLE) prepare();
if (WITH_DEFAULTS) run(DEFAULTS);
// On the way down, for a menu may stop it on the way up.
document.addEventListener(
  'click',
  (event) => {
    // A page may send a click to the document itself.
    if ((event.target as Partial<Element>).closest?.('[data-sluis-open]')) {
      event.preventDefault();
      sluis.open();
    }
  },
  true,
);
if ((document as { prerendering?: boolean }).prerendering) document.addEventListener('prerenderingchange', start);
else start();
