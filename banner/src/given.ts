/** What the gate gives the banner along: its script element carries it in. */
import type { BannerScript } from './wire';

export const script = document.currentScript as BannerScript;

export const [ready, read, apply, release, serviceOf, services, base, gone, decide, categories, signalled, secure, run, load] = script.gate!;
