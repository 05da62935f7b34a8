import type { ProviderProfile } from '../providers/provider.ts';

/** What is asked of a new provider; all of it may be left out. */
export interface Answers {
  readonly name?: string | undefined;
  readonly header?: string | undefined;
  /** `sha1`, `sha256`, `sha384`, `sha512` for an HMAC; `token` where the secret is sent along; `none`. */
  readonly algorithm?: string | undefined;
  readonly encoding?: string | undefined;
  readonly prefix?: string | undefined;
  readonly events?: readonly string[] | undefined;
}

export const ALGORITHMS = ['sha256', 'sha1', 'sha384', 'sha512', 'token', 'none'] as const;
export const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
const EVENTS = ['order.created', 'order.canceled'];

export function nameOf(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

export function headerOf(id: string, algorithm: string | undefined): string {
  return `X-${nameOf(id).replaceAll(' ', '-')}-${algorithm === 'token' ? 'Token' : 'Signature'}`;
}

/** How a provider signs, as few words say it. */
export function draftSignature(id: string, answers: Answers): ProviderProfile['signature'] {
  const { algorithm = 'sha256', encoding = 'hex', prefix = '' } = answers;
  const header = answers.header ?? headerOf(id, algorithm);
  if (algorithm === 'none') return { kind: 'none' };
  if (algorithm === 'token') {
    return { kind: 'token', token: { header, ...(prefix === '' ? {} : { prefix }) } };
  }
  return {
    kind: 'hmac',
    hash: algorithm as 'sha256',
    signature: { header },
    forms: [{ prefix, encoding: encoding as 'hex' }],
  };
}

/** A profile to begin with: two events of the most usual make, to be replaced by the provider's own. */
export function draftProfile(id: string, answers: Answers, now: number): ProviderProfile {
  const events = answers.events === undefined || answers.events.length === 0 ? EVENTS : answers.events;
  const time = `${new Date(now).toISOString().slice(0, 19)}Z`;
  return {
    id,
    name: answers.name ?? nameOf(id),
    signature: draftSignature(id, answers),
    envelope: {
      type: [{ body: 'type' }],
      id: [{ body: 'id' }],
      time: [{ body: 'created_at' }],
      data: 'data',
      freshIds: ['id'],
    },
    retry: { delaysSeconds: [60, 300, 1_800] },
    events: events.map((name, index) => ({
      name,
      description: describe(name),
      payload: 'synthesized',
      example: {
        id: `evt_${String(index + 1).padStart(4, '0')}`,
        type: name,
        created_at: time,
        data: { id: index + 1 },
      },
    })),
  };
}

/** `order.created` as `order created`. */
function describe(name: string): string {
  const words = name.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return words === '' ? name : words;
}
