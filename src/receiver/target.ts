/**
 * The path to ask an app for: a request target appended to the path of the app's URL, where a lone `/` adds nothing; both
 * queries are kept.
 */
export function joinTarget(base: URL, target: string): string {
  const rest = withoutOrigin(target);
  const queryAt = rest.indexOf('?');
  const path = queryAt < 0 ? rest : rest.slice(0, queryAt);
  const queries = [base.search.slice(1), queryAt < 0 ? '' : rest.slice(queryAt + 1)].filter(
    (query) => query !== '',
  );
  const lone = path === '/' || path === '' || path === '*';
  const joined = lone ? base.pathname : base.pathname.replace(/\/$/, '') + path;
  return joined + (queryAt < 0 && queries.length === 0 ? '' : `?${queries.join('&')}`);
}

/** A request target without the origin that it begins with where it is written as for a proxy. */
export function withoutOrigin(target: string): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
}
