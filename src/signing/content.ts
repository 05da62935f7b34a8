import { withoutOrigin } from '../model/target.ts';
import { signsUrl } from './describe.ts';
import type { ContentScheme, Secret, SignedValue } from './scheme.ts';
import { isForm, type RequestReader } from './signed-request.ts';
import { fillAllBut, fillTemplate, parseTemplate } from './template.ts';
import { possibleUrls } from './urls.ts';

/** What of a signature is not in the request's body. */
export interface ContentContext {
  /** The URLs that the sender may have used; made from the request's headers where they are left out. */
  readonly urls?: readonly string[] | undefined;
  /** For digests that the secret is part of. */
  readonly secret?: Secret;
  /** Another body than the request's. */
  readonly body?: Uint8Array;
}

/** What is signed, in parts, or the name of a value that the request does not have. */
export type Content =
  | {
      readonly parts: readonly Uint8Array[];
      /** Which of the URLs is signed. */
      readonly url?: string;
    }
  | { readonly missing: string };

/** Everything that the sender may have signed: one content, or one for each URL it may have used. Never none. */
export function contentsOf(
  scheme: ContentScheme,
  reader: RequestReader,
  field: (name: string) => string | undefined,
  context: ContentContext = {},
): readonly [Content, ...Content[]] {
  const { request } = reader;
  const body = context.body ?? request.body;
  if (isBodyAlone(scheme)) return [{ parts: [body] }];
  const pieces = parseTemplate(scheme.content!);
  const formBody = isForm(request.headers);

  function valueOf(name: string): Uint8Array | undefined {
    switch (name) {
      case 'body':
        return body;
      case 'method':
        return Buffer.from(request.method ?? 'POST');
      case 'path':
        return Buffer.from(withoutOrigin(request.path ?? '/'), 'latin1');
      case 'secret':
        return context.secret === undefined ? undefined : Buffer.from(context.secret);
      default: {
        const place = name === 'timestamp' ? scheme.timestamp?.from : valuePlace(scheme, name);
        if (place === undefined) return undefined;
        if (!('field' in place)) return reader.read(place);
        const text = field(place.field);
        return text === undefined
          ? undefined
          : Buffer.from(text, 'header' in scheme.signature ? 'latin1' : 'utf8');
      }
    }
  }

  if (!signsUrl(scheme)) return [fillTemplate(pieces, valueOf, formBody)];
  const [first, ...others] = context.urls ?? possibleUrls(request);
  if (first === undefined) return [{ missing: 'url' }];
  // Filters of a large body are applied once, and not again for each URL.
  const rest = fillAllBut('url', pieces, valueOf, formBody);
  if ('missing' in rest) return [rest];
  const withUrl = (url: string): Content => {
    const content = fillTemplate(rest.pieces, () => Buffer.from(url, 'latin1'), formBody);
    return 'missing' in content ? content : { parts: content.parts, url };
  };
  return [withUrl(first), ...others.map(withUrl)];
}

/** Where a named value stands. */
export function valuePlace({ values = {} }: ContentScheme, name: string): SignedValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Whether nothing but the body is signed. */
export function isBodyAlone({ content }: ContentScheme): boolean {
  return content === undefined || content === '{body}';
}

/** Whether the body is signed at all. */
export function signsBody({ content }: ContentScheme): boolean {
  return content === undefined || /\{body[|}]/.test(content);
}

/** Whether something is signed that stands beside the signature: then each value that holds signatures has a content of its own. */
export function signsFields({ timestamp, values = {} }: ContentScheme): boolean {
  return [timestamp?.from, ...Object.values(values)].some((place) => place !== undefined && 'field' in place);
}

/** Whether the timestamp is part of what is signed. */
export function signsTime({ content = '' }: ContentScheme): boolean {
  return /\{timestamp[|}]/.test(content);
}
