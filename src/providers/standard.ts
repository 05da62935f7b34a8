import type { HmacScheme, KeyForm } from '../signing/scheme.ts';
import type { Envelope } from './envelope.ts';
import { assumed } from './fact.ts';
import { ANY_2XX, type DeliveryHeader } from './habits.ts';
import type { ProviderProfile } from './define.ts';

/** What those who sign as Standard Webhooks does have in common, and those of them who send by way of Svix. */

type HeaderPrefix = 'webhook' | 'svix';

const DAY = 86_400;

/** Base64 after `whsec_`, which may be left out. */
const DECODED_KEY: KeyForm = { strip: 'whsec_', encoding: 'base64' };

/** Signed are the message's id, the time and the body, with dots between. */
export function standardScheme(
  prefix: HeaderPrefix,
  { key = DECODED_KEY, fallback }: { readonly key?: KeyForm; readonly fallback?: HeaderPrefix } = {},
): HmacScheme {
  const header = (part: string): { header: string; fallback?: string[] } => ({
    header: `${prefix}-${part}`,
    ...(fallback === undefined ? {} : { fallback: [`${fallback}-${part}`] }),
  });
  return {
    kind: 'hmac',
    hash: 'sha256',
    key,
    signature: header('signature'),
    items: { separator: ' ', assign: ',', field: 'v1' },
    write: 'v1,{signature}',
    forms: [{ prefix: '', encoding: 'base64' }],
    content: '{id}.{timestamp}.{body}',
    values: { id: header('id') },
    timestamp: { from: header('timestamp'), format: 'unix', toleranceSeconds: 300 },
  };
}

export function standardHeaders(prefix: HeaderPrefix): DeliveryHeader[] {
  return [
    { name: `${prefix}-id`, value: { from: 'eventId' } },
    { name: `${prefix}-timestamp`, value: { from: 'attemptUnixSeconds' } },
  ];
}

/** The id is the message's and stands in a header; type and time are where the specification recommends them. */
export const standardEnvelope = {
  type: [{ body: 'type' }],
  id: [{ header: 'webhook-id' }],
  time: [{ body: 'timestamp' }],
  data: 'data',
} as const satisfies Partial<Envelope>;

/** How Svix delivers, for itself and for its customers. */
export const svixHabits = {
  headers: standardHeaders('svix'),
  // Nobody sends these but Svix; whose event it is, its type tells.
  ownHeaders: ['svix-'],
  success: ANY_2XX,
  deadlineMs: 15_000,
  timeoutMs: assumed(15_000, 'senders should wait 15 to 30 seconds; the shorter time is kept to'),
  retry: { delaysSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] },
  disable: { unit: 'time', seconds: 5 * DAY },
  endpoint: { secret: 'generated', secretPrefix: 'whsec_' },
} as const satisfies Partial<ProviderProfile>;
