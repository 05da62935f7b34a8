import { verificationKey } from '../engine/endpoint-secret.ts';
import { policyOf } from '../engine/policy.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Provider } from '../providers/provider.ts';
import { iso, isoOrNull } from './values.ts';

/** An endpoint with the provider whose habits it has; the secret is shown in full only where that was asked for. */
export interface ShownEndpoint {
  readonly endpoint: Endpoint;
  /** Null where it is of another project's configuration, or of one that is gone. */
  readonly provider: Provider | null;
  readonly showSecrets: boolean;
}

/** An endpoint as the JSON contract has it. */
export function endpointJson({ endpoint, provider, showSecrets }: ShownEndpoint): object {
  const { disabledAt, testedAt, failingSince, pausedUntil, createdAt, updatedAt, secret } = endpoint;
  return {
    ...endpoint,
    secret: shownSecret(secret, showSecrets),
    publicKey: provider === null ? null : verificationKey(provider, secret),
    effective: provider === null ? null : effective(provider, endpoint),
    disabledAt: isoOrNull(disabledAt),
    testedAt: isoOrNull(testedAt),
    failingSince: isoOrNull(failingSince),
    pausedUntil: isoOrNull(pausedUntil),
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
  };
}

function effective(provider: Provider, endpoint: Endpoint): object {
  const { timeoutMs, delaysMs, disable } = policyOf(provider, endpoint);
  return { timeoutMs, delaysMs, disable };
}

/** A secret as it may be printed: whole, or no more than tells two of them apart. */
export function shownSecret(secret: Endpoint['secret'], whole: boolean): string | null {
  if (secret === null) return null;
  const text = typeof secret === 'string' ? secret : `base64:${Buffer.from(secret).toString('base64')}`;
  if (whole) return text;
  if (text.startsWith('-----BEGIN ')) return 'a private key';
  const prefix = /^[a-z]+_(?=.{16})/.exec(text)?.[0] ?? '';
  return `${prefix}…${text.length >= 24 ? text.slice(-4) : ''}`;
}
