import { run } from 'vanilla-cookieconsent';
import { settings } from './vanilla-settings.ts';

void run(settings);
