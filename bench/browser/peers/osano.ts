import { analytics, type Contender } from '../contender.ts';
import { file, version } from './installed.ts';
import { texts } from './texts.ts';

const settings = {
  type: 'opt-in',
  palette: { popup: { background: '#252e39' }, button: { background: '#14a7d0' } },
  content: { message: texts.message, allow: texts.accept, deny: texts.refuse, link: texts.policy, href: '#privacy', policy: 'Cookie policy' },
};

/**
 * Osano's open-source Cookie Consent as its wizard prints it: stylesheet,
 * script and initialise() in the head, opt-in, the tag loaded from its hooks.
 * It asks yes or no only: no categories and no preferences.
 */
export const osano = async (): Promise<Contender> => ({
  id: 'osano',
  name: 'cookieconsent (Osano)',
  version: version('cookieconsent'),
  note: 'yes or no only: no categories, no preferences',
  categories: false,
  files: {
    'cookieconsent.min.css': { body: file('cookieconsent/build/cookieconsent.min.css'), type: 'text/css' },
    'cookieconsent.min.js': { body: file('cookieconsent/build/cookieconsent.min.js'), type: 'text/javascript' },
  },
  head: '',
  tag: `<link rel="stylesheet" href="/c/osano/cookieconsent.min.css">
<script src="/c/osano/cookieconsent.min.js" data-cfasync="false"></script>
<script>function loadAnalytics(){var s=document.createElement('script');s.src='${analytics}';document.head.appendChild(s)}
window.addEventListener('load',function(){window.cookieconsent.initialise(Object.assign(${JSON.stringify(settings)},{onInitialise:function(){if(this.hasConsented())loadAnalytics()},onStatusChange:function(){if(this.hasConsented())loadAnalytics()}}))});</script>`,
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/osano/'),
  accept: { css: '.cc-window .cc-allow' },
  banner: { css: '.cc-window' },
});
