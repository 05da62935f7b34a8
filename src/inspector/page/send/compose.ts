import type { Breakage, ForgeRequest, ProviderItem } from '../../contract.ts';
import { parseHeaderLines } from '../ui/header-lines.ts';

/** What the reader set up besides provider, type, body and target. */
export interface Signing {
  readonly secret: string;
  readonly unsigned: boolean;
  /** Empty: not broken. */
  readonly broken: Breakage | '';
  /** Lines of text. */
  readonly headers: string;
}

export const PLAIN: Signing = { secret: '', unsigned: false, broken: '', headers: '' };

export const BREAKAGES: Readonly<Record<Breakage, string>> = {
  signature: 'Wrong signature',
  timestamp: 'Old timestamp',
  body: 'Body changed after signing',
  'missing-header': 'Missing header',
  'wrong-secret': 'Signed with a wrong secret',
};

/** The request to forge; what is left alone is left out. */
export function forgeRequest(
  provider: Pick<ProviderItem, 'id' | 'breakages'>,
  type: string,
  body: string,
  to: string,
  { secret, unsigned, broken, headers }: Signing,
): ForgeRequest {
  const extra = parseHeaderLines(headers).headers;
  const isBroken = broken !== '' && !unsigned && provider.breakages.includes(broken);
  return {
    provider: provider.id,
    ...(type === '' ? {} : { type }),
    body,
    to,
    ...(extra.length > 0 ? { headers: extra } : {}),
    ...(isBroken ? { break: broken } : {}),
    ...(unsigned ? { unsigned } : secret === '' ? {} : { secret }),
  };
}

/** In words, what a request has been forged to be that a sound one is not; empty for a sound one. */
export function flaw({ unsigned, break: broken }: Pick<ForgeRequest, 'unsigned' | 'break'>): string {
  if (unsigned === true) return 'unsigned';
  return broken === undefined ? '' : BREAKAGES[broken].toLowerCase();
}

/** The event type that is asked for where the provider has it, otherwise its first. */
export function typeIn(provider: Pick<ProviderItem, 'events'>, asked: string | undefined): string {
  return (provider.events.find(({ name }) => name === asked) ?? provider.events[0])?.name ?? '';
}

/** Whether a URL leads to a server: its origin is the same. */
export function leadsTo(url: string, server: string | null | undefined): boolean {
  if (!server || !URL.canParse(url)) return false;
  return new URL(url).origin === new URL(server).origin;
}
