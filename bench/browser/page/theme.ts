import type { File } from '../contender.ts';
import { file } from '../peers/installed.ts';

/**
 * What a theme puts into every page of a site: a framework's stylesheet and
 * jQuery in the head, which hold the first paint back, and the framework's
 * script, deferred. Bootstrap and jQuery stand for whatever a site's own are.
 */
export const theme = {
  head: '<link rel="stylesheet" href="/p/bootstrap.css">\n<script src="/p/jquery.js"></script>\n<script defer src="/p/bootstrap.js"></script>',
  files: {
    'bootstrap.css': { body: file('bootstrap/dist/css/bootstrap.min.css'), type: 'text/css' },
    'bootstrap.js': { body: file('bootstrap/dist/js/bootstrap.bundle.min.js'), type: 'text/javascript' },
    'jquery.js': { body: file('jquery/dist/jquery.min.js'), type: 'text/javascript' },
  } satisfies Record<string, File>,
};
