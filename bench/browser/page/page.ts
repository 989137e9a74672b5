import { readFileSync } from 'node:fs';
import { analytics, type Contender } from '../contender.ts';
import { theme } from './theme.ts';

const paragraphs = [
  'We mill twice a week, on Monday and on Thursday, with stones that were cut in 1878 and dressed again last spring. Whoever comes in before eight finds the flour still warm.',
  'The dough rests for a night. That is no romance but arithmetic: slow fermentation breaks down what makes white bread heavy, and it gives the crust time to become one.',
  'Our starter is older than the shop. It came in a jar from a mill across the canal, and a part of it goes home with anybody who brings a clean jar and asks.',
  'Rye comes from two farms on the clay, spelt from one on the sand. In a wet year we buy less of both, and then the shelf is empty at noon; we think that this is better than the other way round.',
  'In the oven the loaves stand on the floor, without tins. Steam in the first ten minutes, then none. The baker listens more than looks: a loaf that is done sounds hollow.',
  'On Saturdays there is a table in the yard, coffee from the neighbours and a cake that somebody always wanted to try. Children may turn the small mill.',
];

const body = `
<header class="top"><div class="wrap"><a class="name" href="#top">The Slow Oven</a>
<nav aria-label="Main"><ul><li><a href="#bread">Bread</a></li><li><a href="#hours">Hours</a></li><li><a href="#mill">The mill</a></li><li><a href="#contact">Contact</a></li></ul></nav></div></header>
<main class="wrap" id="top">
<h1>Bread that takes its time</h1>
<img class="hero" src="/p/hero.png" width="824" height="520" alt="Loaves cooling on a wooden rack">
<p class="lead">A bakery with a mill of its own, on the corner by the canal since 1911.</p>
${paragraphs.slice(0, 3).map((text) => `<p>${text}</p>`).join('\n')}
<h2 id="bread">What is on the shelf</h2>
<ul class="cards">${['Rye', 'Spelt', 'Country loaf', 'Raisin', 'Corn', 'Rolls'].map((name, at) => `<li><h3>${name}</h3><p>Baked ${at % 2 ? 'every day' : 'on mill days'}.</p><p class="price">€ ${(3.2 + at * 0.35).toFixed(2)}</p></li>`).join('')}</ul>
<h2 id="mill">The mill</h2>
<img src="/p/mill.png" width="412" height="220" loading="lazy" alt="The stones of the mill, seen from above">
${paragraphs.slice(3).map((text) => `<p>${text}</p>`).join('\n')}
<blockquote><p>You can taste that nobody was in a hurry.</p></blockquote>
<h2 id="hours">Hours</h2>
<table><thead><tr><th scope="col">Day</th><th scope="col">From</th><th scope="col">Until</th></tr></thead><tbody>
${['Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'].map((day) => `<tr><th scope="row">${day}</th><td>07:30</td><td>${day === 'Saturday' ? '14:00' : '17:30'}</td></tr>`).join('')}
</tbody></table></main>
<footer class="bottom"><div class="wrap" id="contact"><p>The Slow Oven, 12 Canal Street. <a href="#privacy">Privacy</a></p></div></footer>`;

/** Bare of everything else, or with what a theme brings. */
export type Kind = '' | 'theme';

/** The page that everybody is measured on. Only the three places for a tool's own markup differ. */
export const page = ({ head, tag, foot }: Pick<Contender, 'head' | 'tag' | 'foot'>, kind: Kind): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8">${head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The Slow Oven</title>
<meta name="description" content="A bakery with a mill of its own.">
<link rel="icon" href="data:,">
${kind && theme.head}
<link rel="stylesheet" href="/p/style.css">
${tag}</head><body>${body}
${foot}</body></html>`;

/** The page with no tool and no tag, and with the tag loaded at once: the two floors. */
export const bare = (live: boolean): Pick<Contender, 'head' | 'tag' | 'foot'> =>
  ({ head: '', tag: live ? `<script async src="${analytics}"></script>` : '', foot: '' });

export const stylesheet = readFileSync(new URL('style.css', import.meta.url));
