import { analytics } from '../../contender.ts';
import { texts } from '../texts.ts';

const describe = ([title, description]: readonly [string, string]) => ({ title, description });

/** Four of c15t's five categories; the words through its own i18n option. */
export const settings = {
  mode: 'offline' as const,
  consentCategories: ['necessary', 'functionality', 'measurement', 'marketing'] as ('necessary' | 'functionality' | 'measurement' | 'marketing')[],
  overrides: { country: 'NL' },
  scripts: [{ id: 'analytics', src: analytics, category: 'measurement' as const }],
  i18n: {
    locale: 'en',
    detectBrowserLanguage: false,
    messages: {
      en: {
        common: { acceptAll: texts.accept, rejectAll: texts.refuse, customize: texts.choose, save: texts.save },
        cookieBanner: { title: texts.title, description: texts.message },
        consentManagerDialog: { title: texts.preferences, description: texts.message },
        consentTypes: {
          necessary: describe(texts.categories.necessary), functionality: describe(texts.categories.functional),
          measurement: describe(texts.categories.analytics), marketing: describe(texts.categories.social),
        },
      },
    },
  },
};
