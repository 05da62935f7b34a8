import { UsageError } from '../errors.ts';
import type { Override } from './overrides.ts';

/** Sets parameters of a form: `Body=hello`. Every other one keeps its place; what has several values gets this one alone. */
export function setInForm(parameters: URLSearchParams, overrides: readonly Override[]): URLSearchParams {
  const form = new URLSearchParams(parameters);
  for (const { path, value } of overrides) {
    if (path.length !== 1) {
      throw new UsageError(
        `"${path.join('.')}" is no parameter of a form`,
        'a form has plain names, such as Body; quote one that holds a dot: \'["a.b"]=1\'',
      );
    }
    form.set(String(path[0]), typeof value === 'string' ? value : JSON.stringify(value));
  }
  return form;
}
