/** Google Consent Mode v2, basic mode: Google's tag is not even requested before a grant. */
import { decide } from './choice';
import { choice } from './gate';

declare global {
  interface Window {
    dataLayer?: unknown[];
    gtag?: (...args: unknown[]) => void;
  }
}
declare const dataLayer: unknown[];

/** Google ignores arrays: it wants the arguments object itself. */
const gtag = function () {
  dataLayer.push(arguments);
} as (...args: unknown[]) => void;

/** Tells Google's tags what is granted: all seven signals, every time. */
export const signal = (command: 'default' | 'update'): void => {
  const say = (granted: boolean) => (granted ? 'granted' : 'denied');
  const advertising = WITH_ADVERTISING ? say(decide(choice, 'social-media', ADS)) : 'denied';
  const functional = say(decide(choice, 'functional'));
  gtag('consent', command, {
    ad_storage: advertising,
    ad_user_data: advertising,
    ad_personalization: advertising,
    // Google Analytics may have been decided apart from its category.
    analytics_storage: say(decide(choice, '', GOOGLE)),
    functionality_storage: functional,
    personalization_storage: functional,
    security_storage: 'granted',
  });
};

/** Before any tag of the page can look for it. */
export const prepare = (): void => {
  window.dataLayer ||= [];
  window.gtag ||= gtag;
  signal('default');
};

/**
 * What Google's script finds when it comes. A container is told that it starts.
 * Of a measurement visits do not prolong the cookie, which ends after 13
 * months, and there is no advertising use.
 */
export const configure = (measurement: string): void => {
  if (WITH_CONTAINER && /^GTM/.test(measurement)) return void dataLayer.push({ 'gtm.start': Date.now(), event: 'gtm.js' });
  gtag('js', new Date());
  gtag('config', measurement, {
    allow_google_signals: false,
    allow_ad_personalization_signals: false,
    cookie_expires: 34128e3,
    cookie_update: false,
    cookie_flags: 'SameSite=Lax;Secure',
  });
};
