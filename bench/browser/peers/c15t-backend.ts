import { enTranslations } from '@c15t/translations';
import { messages } from './entries/c15t-settings.ts';

/** What a c15t backend answers to GET /init for a visitor in the Netherlands, by its published schema. */
export const init = {
  jurisdiction: 'GDPR',
  location: { countryCode: 'NL', regionCode: null },
  translations: {
    language: 'en',
    translations: { ...enTranslations, ...messages, consentTypes: { ...enTranslations.consentTypes, ...messages.consentTypes }, iab: undefined },
  },
  branding: 'c15t',
};

/** What it answers to POST /subjects. */
export const subject = {
  subjectId: 'sub_bench', consentId: 'cns_bench', domainId: 'dom_bench', domain: 'localhost', type: 'cookie_banner',
  givenAt: '2026-01-01T00:00:00.000Z',
};
