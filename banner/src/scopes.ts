/** Where a cookie of this page may lie. */

/**
 * Every path and domain a cookie of this page can have been set with: only the
 * very same ones remove it, and a script cannot read them. Pure.
 */
export const scopes = (hostname: string, pathname: string): string[] => {
  const names = hostname.split('.');
  const folders = pathname.split('/');
  // Of what `map` hands over, old libraries leave out the list.
  const domains = names.map((_, i) => ';domain=' + names.slice(i).join('.'));
  const paths = folders.map((_, i) => ';path=' + folders.slice(0, i + 1).join('/'));
  return ['', ...domains].flatMap((domain) => paths.flatMap((path) => [path + domain, path + '/' + domain]));
};
