import type { CookieConsentConfig } from 'vanilla-cookieconsent';
import { texts } from '../texts.ts';

const { categories } = texts;
const section = (linkedCategory: keyof typeof categories) => {
  const [title, description] = categories[linkedCategory];
  return { title, description, linkedCategory };
};

export const settings: CookieConsentConfig = {
  categories: { necessary: { enabled: true, readOnly: true }, functional: {}, analytics: { autoClear: { cookies: [{ name: /^_ga/ }] } }, social: {} },
  language: {
    default: 'en',
    translations: {
      en: {
        consentModal: { title: texts.title, description: texts.message, acceptAllBtn: texts.accept, acceptNecessaryBtn: texts.refuse, showPreferencesBtn: texts.choose,
          footer: `<a href="#privacy">${texts.policy}</a>` },
        preferencesModal: {
          title: texts.preferences, acceptAllBtn: texts.accept, acceptNecessaryBtn: texts.refuse, savePreferencesBtn: texts.save, closeIconLabel: texts.close,
          sections: [section('necessary'), section('functional'), section('analytics'), section('social')],
        },
      },
    },
  },
};
