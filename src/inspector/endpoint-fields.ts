import type { EndpointSettings } from '../engine/endpoints.ts';
import { UsageError } from '../errors.ts';
import { parseTarget } from '../model/target.ts';
import { needText, readFlag, readHeaders, readText, readTexts, type Fields } from './input.ts';

type Filters = Readonly<Record<string, readonly string[]>>;

/**
 * What a body says of an endpoint; what it leaves out is left out.
 * @throws {UsageError} for what is of the wrong type, or no URL.
 */
export function readEndpointFields(fields: Fields): Partial<EndpointSettings> {
  const url = fields['url'] === undefined ? undefined : parseTarget(needText(fields, 'url'), 'url').href;
  const eventTypes = readTexts(fields, 'eventTypes');
  const secret = fields['secret'] === null ? null : readText(fields, 'secret');
  const headers = readHeaders(fields, 'headers');
  const filters = readFilters(fields);
  const active = readFlag(fields, 'active');
  return {
    ...(url === undefined ? {} : { url }),
    ...(eventTypes === undefined ? {} : { eventTypes }),
    ...(secret === undefined ? {} : { secret }),
    ...(headers === undefined ? {} : { headers }),
    ...(filters === undefined ? {} : { filters }),
    ...(active === undefined ? {} : { active }),
  };
}

function readFilters(fields: Fields): Filters | undefined {
  const value = fields['filters'];
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && isLists(value)) return value;
  throw new UsageError('filters must hold a list of texts for each name');
}

function isLists(value: object): value is Filters {
  return Object.values(value).every(
    (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string'),
  );
}
