import { texts } from '../texts.ts';

const { categories } = texts;
const service = (name: keyof typeof categories) => {
  const [title, description] = categories[name];
  return { name, title, description, purposes: [name], required: name === 'necessary', cookies: name === 'analytics' ? [/^_ga/] : [] };
};

(window as any).klaroConfig = {
  version: 1,
  elementID: 'klaro',
  storageMethod: 'cookie',
  cookieName: 'klaro',
  cookieExpiresAfterDays: 182,
  default: false,
  mustConsent: false,
  acceptAll: true,
  hideDeclineAll: false,
  lang: 'en',
  translations: {
    zz: { privacyPolicyUrl: '#privacy' },
    en: {
      ok: texts.accept, acceptAll: texts.accept, decline: texts.refuse, save: texts.save, close: texts.close,
      consentNotice: { title: texts.title, description: texts.message, learnMore: texts.choose },
      consentModal: { title: texts.preferences, description: texts.message },
      purposes: Object.fromEntries(Object.entries(categories).map(([id, [title, description]]) => [id, { title, description }])),
    },
  },
  services: [service('necessary'), service('functional'), service('analytics'), service('social')],
};
