/** Where a cookie of this page may lie. */

/**
 * Every path and domain a cookie of this page can have been set with: only the
 * very same ones remove it, and a script cannot read them. Pure.
 */
export const scopes = (hostname: string, pathname: string): string[] => {
  const domains = hostname.split('.').map((_, i, names) => ';domain=' + names.slice(i).join('.'));
  const paths = pathname.split('/').map((_, i, names) => ';path=' + names.slice(0, i + 1).join('/'));
  return ['', ...domains].flatMap((domain) => paths.flatMap((path) => [path + domain, path + '/' + domain]));
};
