/** A method and a path with named segments: `GET /webhooks/:id`. */
export interface Route<T> {
  readonly method: string;
  readonly path: string;
  readonly target: T;
}

export type Match<T> =
  | { readonly kind: 'found'; readonly target: T; readonly params: Readonly<Record<string, string>> }
  /** The path is known, the method is not. */
  | { readonly kind: 'other-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** Finds the route of a request by its path without query. A segment's percent-encoding is undone in parameters. */
export function createRouter<T>(routes: readonly Route<T>[]): (method: string, path: string) => Match<T> {
  const compiled = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return (method, path) => {
    const segments = path.split('/');
    const fitting = compiled.flatMap(({ route, segments: pattern }) => {
      const params = fit(pattern, segments);
      return params === null ? [] : [{ route, params }];
    });
    const found = fitting.find(({ route }) => route.method === method);
    if (found !== undefined) return { kind: 'found', target: found.route.target, params: found.params };
    if (fitting.length === 0) return { kind: 'none' };
    return { kind: 'other-method', allowed: [...new Set(fitting.map(({ route }) => route.method))] };
  };
}

function fit(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]!;
    if (!part.startsWith(':')) {
      if (part !== segment) return null;
      continue;
    }
    const value = decoded(segment);
    if (value === null || value === '') return null;
    params[part.slice(1)] = value;
  }
  return params;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
