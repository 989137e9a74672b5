import type { Contender } from '../contender.ts';

/** Lets the marked tag go as soon as the parser has read it. */
const gate = `const go=()=>{for(const e of document.querySelectorAll('[data-consent]')){delete e.dataset.consent;e.type='';e.replaceWith(e)}};
if(document.cookie.includes('least='))new MutationObserver(go).observe(document,{childList:true,subtree:true});
else{const s=document.createElement('script');s.src=document.currentScript.src.replace('gate','banner');document.head.append(s)}`;

const banner = `const d=document.createElement('div');d.id='least';d.style='position:fixed;inset:auto 0 0;padding:1em 1em 5em;background:#fff';
d.innerHTML='<button>Accept all</button> <button>Refuse all</button>';document.documentElement.append(d);
d.firstChild.onclick=()=>{document.cookie='least=1;path=/;max-age=1e7';d.style.display='none';go()}`;

/**
 * No tool but a floor: the least that can hold one tag and ask, as two files
 * the second of which only those get who are asked. No texts, languages,
 * categories, records or preferences; it withstands nothing. What it takes is
 * what the browser, the page and this machine take. It stands where Sluis
 * stands, on an origin of its own.
 */
export const least = (website: string): Contender => ({
  id: 'least',
  name: 'the least that could hold a tag',
  version: '',
  note: 'no tool: a dozen statements in two files, two bare buttons, nothing else. What it takes, every gate takes here',
  tuned: true,
  ownInterface: false,
  categories: false,
  files: { 'gate.js': { body: gate, type: 'text/javascript' }, 'banner.js': { body: banner, type: 'text/javascript' } },
  head: `<script src="${website.replace('localhost', '127.0.0.1')}/c/least/gate.js"></script>`,
  tag: `<script type="text/plain" data-consent="analytics" src="/tag/analytics.js"></script>`,
  foot: '',
  owns: (url) => url.pathname.startsWith('/c/least/'),
  accept: { css: '#least button' },
  banner: { css: '#least' },
});
