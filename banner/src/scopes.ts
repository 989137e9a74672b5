/** Where a cookie of this page may lie. */

/**
 * Every path and domain a cookie of this page can have been set with: only the
 * very same ones remove it, and a script cannot read them. Pure.
 */
export const scopes = (hostname: string, pathname: string): string[] => {
  const domains = [''];
  for (const names = hostname.split('.'); names[0]; names.shift()) domains.push(';domain=' + names.join('.'));
  const paths = ['/'];
  let path = '';
  for (const folder of pathname.split('/').slice(1)) paths.push((path += '/' + folder), path + '/');
  return domains.flatMap((domain) => paths.map((path) => `;path=${path}${domain}`));
};
