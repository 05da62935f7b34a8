import type { DeliveryHeader, ProviderProfile } from '../../providers/provider.ts';
import { draftSignature, nameOf, type Answers } from '../draft.ts';
import type { HeaderParameter } from './webhooks.ts';

interface SignatureFound {
  readonly value: ProviderProfile['signature'];
  readonly header: string | null;
  readonly note: string | null;
}

/** A header that is named like a signature is taken for one; what it is made of no document says. */
export function signatureOf(
  id: string,
  headers: readonly HeaderParameter[],
  answers: Answers,
): SignatureFound {
  const found = headers.find(({ name }) => /signature|hmac|(^|-)sign$/i.test(name))?.name;
  const header = answers.header ?? found;
  const isTold = answers.header !== undefined || answers.algorithm !== undefined;
  if (header === undefined && !isTold) {
    const note = 'the document names no header for a signature: what is forged is unsigned (give --header)';
    return {
      value: { value: { kind: 'none' }, assumed: 'the OpenAPI document names no header for a signature' },
      header: null,
      note,
    };
  }
  const value = draftSignature(id, { ...answers, header });
  if (isTold) return { value, header: header ?? null, note: null };
  const note = `${header} is assumed to hold an HMAC-SHA256 of the body as hex: compare it with the provider's documents`;
  return {
    value: { value: value as never, assumed: 'the OpenAPI document names the header and not how it is made' },
    header: header!,
    note,
  };
}

/** The header that tells the type of an event. */
export function typeHeaderOf(
  id: string,
  headers: readonly HeaderParameter[],
): { name: string; isAssumed: boolean } {
  const found = headers.find(
    ({ name }) => /event|topic|(^|-)type$/i.test(name) && !/id$|content-type/i.test(name),
  );
  return found === undefined
    ? { name: `X-${nameOf(id).replaceAll(' ', '-')}-Event`, isAssumed: true }
    : { name: found.name, isAssumed: false };
}

export function deliveryHeaders(
  parameters: readonly HeaderParameter[],
  signature: string | null,
  typeHeader: { readonly name: string; readonly isAssumed: boolean } | null,
): DeliveryHeader[] {
  const seen = new Set(['content-type', signature?.toLowerCase(), typeHeader?.name.toLowerCase()]);
  const headers: DeliveryHeader[] =
    typeHeader === null
      ? []
      : [
          {
            name: typeHeader.name,
            value: { from: 'eventType' },
            ...(typeHeader.isAssumed
              ? { assumed: 'no property of the body tells the type of an event' }
              : {}),
          },
        ];
  for (const { name, fixed } of parameters) {
    if (seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    headers.push({ name, value: fixed === null ? guess(name) : { text: fixed } });
  }
  return headers;
}

function guess(name: string): DeliveryHeader['value'] {
  if (/time/i.test(name)) return { from: 'attemptUnixSeconds' };
  if (/event-?id/i.test(name)) return { from: 'eventId' };
  if (/event|topic/i.test(name)) return { from: 'eventType' };
  if (/attempt|retry/i.test(name)) return { from: 'attemptNumber' };
  return /id$|delivery|request|idempotency/i.test(name) ? { from: 'deliveryUuid' } : { text: 'example' };
}
