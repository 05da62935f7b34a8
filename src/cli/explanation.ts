import type { Examination } from '../diagnosis/diagnose.ts';
import { schemesInUse } from '../diagnosis/in-use.ts';
import { isStringified, stringified } from '../diagnosis/json-text.ts';
import { bodyFacts, type BodyFacts } from '../model/body-facts.ts';
import { headerValues, type Header } from '../model/request.ts';
import { hasContent } from '../signing/describe.ts';
import { readRequest } from '../signing/signed-request.ts';
import { signatureValues, type SignatureValue } from './explained-signature.ts';
import { explainSigned, type SignedFacts, type Verified } from './explained-content.ts';

/** The facts that a verdict rests on. Holds no secret and no expected signature. */
export interface Explanation {
  readonly signed: SignedFacts;
  readonly body: BodyFacts & {
    readonly contentLength: number | null;
    /** Whether it is what JSON.stringify would write; null where it is no JSON, or too large to tell. */
    readonly isStringified: boolean | null;
  };
  readonly signatures: readonly SignatureValue[];
  readonly tried: Omit<Examination, 'diagnosis' | 'tried'> & { readonly causes: Examination['tried'] };
  /** What was made of a pasted request. */
  readonly remarks: readonly string[];
}

export function explainRequest(
  verified: Verified,
  { tried: causes, trials, hashedBytes, isCutShort }: Examination,
  remarks: readonly string[],
): Explanation {
  const { request, provider } = verified;
  const { headers, body } = request;
  const [{ scheme }] = schemesInUse(provider, request);
  const isWritten = isStringified(body);
  const again = isWritten ? null : stringified(body);
  const rewritten = again === null ? null : Buffer.from(again.text);
  return {
    signed: explainSigned(scheme, verified),
    body: {
      ...bodyFacts(body, rewritten),
      contentLength: contentLength(headers),
      isStringified: isWritten || again !== null ? isWritten : null,
    },
    signatures: hasContent(scheme) ? signatureValues(scheme, readRequest(request)) : [],
    tried: { causes, trials, hashedBytes, isCutShort },
    remarks,
  };
}

function contentLength(headers: readonly Header[]): number | null {
  const values = headerValues(headers, 'content-length').map((value) => value.trim());
  return values.length === 1 && /^\d{1,15}$/.test(values[0]!) ? Number(values[0]) : null;
}
