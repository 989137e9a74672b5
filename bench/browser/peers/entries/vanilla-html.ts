// @ts-ignore: served beside the bundle, as the documentation imports it.
import './cookieconsent.umd.js';
import { settings } from './vanilla-settings.ts';

(window as any).CookieConsent.run(settings);
