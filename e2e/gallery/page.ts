/** The page behind the pictures: a plain website with something to read, to embed and to reach by keyboard. */
export const page = (script: string, lang: string, { direction = 'ltr', style = '' } = {}): string => `<!doctype html>
<html lang="${lang}" dir="${direction}"><head><meta charset="utf-8"><title>Gallery</title><script src="${script}"></script>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<style>
body { margin: 0; font: 17px/1.6 system-ui, sans-serif; }
header, main, footer { max-width: 62rem; margin: auto; padding: 1rem 1.25rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; }
h1 { font-size: 2.25rem; line-height: 1.15; margin: 1rem 0; }
.art { height: 15rem; border-radius: 1rem; background: linear-gradient(120deg, #e8b27a, #8a4a2a); }
iframe { border: 0; max-width: 100%; }
.frames { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; margin: 1rem 0; }
${style}</style></head>
<body><header><b>Bakkerij De Sluis</b> <a href="#bread">Brood</a> <a href="#mill">Molen</a> <a href="#hours">Open</a></header>
<main><h1>Brood dat de tijd krijgt</h1><div class="art"></div>
<p>Twee keer per week malen we zelf, op maandag en op donderdag, met stenen uit 1878. Wie voor achten binnenkomt, krijgt het meel nog warm mee.</p>
<div class="frames">
<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film" width="560" height="315"></iframe>
<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film" width="300" height="150"></iframe>
<iframe data-consent="social-media" data-src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Film" width="200" height="113"></iframe>
<iframe data-consent="social-media" data-src="https://maps.example/embed" title="Map" width="320" height="240"></iframe>
</div>
<blockquote class="twitter-tweet"><p>Het rogge is op, morgen weer.</p><a href="https://x.com/i/status/1">Bericht</a></blockquote>
<div class="fb-page" data-href="https://www.facebook.com/bakkerij" data-width="340" data-height="220"></div>
<h2 id="mill">De molen</h2><p>Het deeg rust een nacht. Dat is geen romantiek maar rekenkunde: traag rijzen breekt af wat wit brood zwaar maakt.</p>
<h2 id="hours">Open</h2><p>Dinsdag tot en met zaterdag, van half acht tot het op is.</p></main>
<footer><a href="#top">Privacy</a></footer></body></html>`;
