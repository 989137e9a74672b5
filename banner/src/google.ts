/** Google Consent Mode v2, basic mode: Google's tag is not even requested before a grant. */
import { decide, type Choice } from './choice';

declare global {
  interface Window {
    dataLayer?: unknown[];
    gtag?: (...args: unknown[]) => void;
  }
}

/** Google ignores arrays: it wants the arguments object itself. */
const gtag = function () {
  // eslint-disable-next-line prefer-rest-params
  window.dataLayer!.push(arguments);
} as (...args: unknown[]) => void;

/** Tells Google's tags what is granted: all seven signals, every time. */
export const signal = (command: 'default' | 'update', choice?: Choice): void => {
  let bits = choice ? choice[0] : 1;
  // Analytics may have been allowed apart from its category.
  for (const [id, bit, , , , google] of SERVICES) if (google && decide(choice, '', id)) bits |= bit;
  gtag(
    'consent',
    command,
    Object.fromEntries(
      `${AD_BIT}ad_storage,${AD_BIT}ad_user_data,${AD_BIT}ad_personalization,4analytics_storage,2functionality_storage,2personalization_storage,1security_storage`
        .split(',')
        .map((name) => [name.slice(1), bits & +name[0]! ? 'granted' : 'denied']),
    ),
  );
};

/** Before any tag of the page can look for it. */
export const prepare = (): void => {
  window.dataLayer ||= [];
  window.gtag ||= gtag;
  signal('default');
};

/** Visits do not prolong the cookie, which ends after 13 months; no advertising use. */
export const configure = (measurement: string): void => {
  gtag('js', new Date());
  gtag('config', measurement, {
    allow_google_signals: false,
    allow_ad_personalization_signals: false,
    cookie_expires: 34128e3,
    cookie_update: false,
    cookie_flags: 'SameSite=Lax;Secure',
  });
};
