import type { OutgoingRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { hasContent } from '../signing/describe.ts';
import { takeApart } from '../signing/extract.ts';
import { placeOf, placeValue, withoutSignature } from '../signing/place.ts';
import type { ContentScheme, TokenScheme } from '../signing/scheme.ts';
import { readRequest, signedView } from '../signing/signed-request.ts';

/** A request with something where its signature should be. */
export interface Malformed {
  readonly name: string;
  readonly request: OutgoingRequest;
}

/** What no provider sends for a signature, put where a right one stands. */
export function malformedRequests(provider: Provider, signed: OutgoingRequest): readonly Malformed[] {
  const { value: scheme } = provider.signature;
  if (scheme.kind === 'none') return [];
  const right = withoutOthers(provider, signed);
  const place = placeOf(scheme);
  const value = readRequest(signedView(right)).readText(place) ?? '';
  const wrong = hasContent(scheme) ? malformedSignatures(scheme, value) : malformedTokens(scheme, value);
  return wrong.map(([name, text]) => ({ name, request: placeValue(place, right, text) }));
}

/** Without the signatures that are sent beside the usual one: an app may do with any of them. */
export function withoutOthers({ otherSignatures }: Provider, request: OutgoingRequest): OutgoingRequest {
  return otherSignatures
    .filter(({ sent }) => sent === true)
    .reduce((before, { scheme }) => withoutSignature(scheme, before), request);
}

type Named = readonly [name: string, value: string];

function malformedSignatures(scheme: ContentScheme, value: string): readonly Named[] {
  const [{ prefix, encoding }] = scheme.forms;
  const signature = (scheme.items === undefined ? value : takeApart(scheme.items, value).texts[0]) ?? '';
  const digest = signature.slice(prefix.length);
  const isHex = encoding === 'hex' || encoding === 'HEX';
  // Behind the last place where it stands: what comes before it may be a timestamp.
  const at = value.lastIndexOf(signature);
  const written = (text: string): string => value.slice(0, at) + text + value.slice(at + signature.length);
  const lone = scheme.items === undefined ? written(prefix === '' ? 'sha256=' : prefix) : written(prefix);
  return [
    ['empty', ''],
    ['the prefix only', lone],
    ['too short', written(prefix + digest.slice(0, Math.floor(digest.length / 2)))],
    isHex
      ? ['of odd length', written(signature.slice(0, -1))]
      : ['one character short', written(signature.replace(/=+$/, '').slice(0, -1))],
    isHex
      ? ['not hex', written(prefix + 'z'.repeat(digest.length))]
      : ['not base64', written(prefix + '!'.repeat(digest.length))],
    ['not ASCII', written(notAscii(signature))],
    ['of 10 kB', written(prefix + 'a'.repeat(10_240))],
  ];
}

function malformedTokens({ token }: TokenScheme, value: string): readonly Named[] {
  const prefix = 'basic' in token ? 'Basic ' : 'header' in token ? (token.prefix ?? '') : '';
  const secret = value.slice(prefix.length);
  return [
    ['empty', ''],
    ...(prefix === '' ? [] : [['the prefix only', prefix] as const]),
    ['too short', prefix + secret.slice(0, Math.floor(secret.length / 2))],
    ['not ASCII', notAscii(value)],
    ['of 10 kB', prefix + 'a'.repeat(10_240)],
  ];
}

/**
 * In place of a digit, and not of the padding, without which a decoder that passes over what it does not know finds them all. Nor of
 * the last one, which may hold bits that do not count.
 */
function notAscii(text: string): string {
  const at = Math.max(0, text.replace(/=+$/, '').length - 2);
  return `${text.slice(0, at)}\u00ff${text.slice(at + 1)}`;
}
