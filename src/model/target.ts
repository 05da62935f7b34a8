import { UsageError } from '../errors.ts';
import { parseUrl } from './url.ts';

/** A URL to send to; `localhost:3000/hook`, `:3000` and `3000` mean HTTP on this machine. */
export function parseTarget(text: string, option: string): URL {
  const local = /^:?(\d{1,5})(\/.*)?$/.exec(text);
  const full =
    local !== null
      ? `http://127.0.0.1:${local[1]}${local[2] ?? '/'}`
      : /^[a-z]+:\/\//i.test(text)
        ? text
        : `http://${text}`;
  const url = parseUrl(full);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(
      `"${text}" is not a URL to send to (${option})`,
      'write it like http://localhost:3000/webhooks',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `user and password of a URL are not sent (${option})`,
      "where the command has --header: --header 'Authorization: Basic …'",
    );
  }
  return url;
}

export function isTarget(text: string): boolean {
  try {
    parseTarget(text, '--to');
    return true;
  } catch {
    return false;
  }
}

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
