import { analytics } from '../../contender.ts';
import { texts } from '../texts.ts';

const describe = ([title, description]: readonly [string, string]) => ({ title, description });

/** The words, in c15t's own names for four of its five categories. */
export const messages = {
  common: { acceptAll: texts.accept, rejectAll: texts.refuse, customize: texts.choose, save: texts.save },
  cookieBanner: { title: texts.title, description: texts.message },
  consentManagerDialog: { title: texts.preferences, description: texts.message },
  consentTypes: {
    necessary: describe(texts.categories.necessary), functionality: describe(texts.categories.functional),
    measurement: describe(texts.categories.analytics), marketing: describe(texts.categories.social),
  },
};

/** Where the backend is; empty for browser-only mode. The bundle defines it. */
declare const HOSTED: string;

const shared = {
  consentCategories: ['necessary', 'functionality', 'measurement', 'marketing'] as ('necessary' | 'functionality' | 'measurement' | 'marketing')[],
  scripts: [{ id: 'analytics', src: analytics, category: 'measurement' as const }],
};

export const settings = () => HOSTED
  ? { ...shared, mode: 'hosted' as const, backendURL: HOSTED }
  : { ...shared, mode: 'offline' as const, overrides: { country: 'NL' }, i18n: { locale: 'en', detectBrowserLanguage: false, messages: { en: messages } } };
