import { readdirSync, readFileSync } from 'node:fs';
import type { Header } from '../../src/model/request.ts';
import type { VerdictReason } from '../../src/model/verdict.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** A known answer: what a request with these headers and this body must be judged as. */
export interface Vector {
  readonly name: string;
  /** How the answer was cross-checked. */
  readonly origin: string;
  readonly secret: string;
  readonly body: Uint8Array;
  readonly headers: readonly Header[];
  /** The right digest of body and secret, whatever the headers hold. */
  readonly hmacHex: string;
  readonly hmacBase64: string;
  readonly ok: boolean;
  readonly reason: VerdictReason;
}

type StoredVector = Omit<Vector, 'body'> & ({ readonly body: string } | { readonly bodyFixture: string });

/** The exact bytes of a stored payload. */
export function payload(provider: string, eventType: string): Buffer {
  return readFileSync(new URL(`${provider}/${eventType}.json`, FIXTURES));
}

/** The event types that have a stored payload. */
export function storedEventTypes(provider: string): string[] {
  return readdirSync(new URL(`${provider}/`, FIXTURES))
    .filter((file) => file !== 'vectors.json')
    .map((file) => file.replace(/\.json$/, ''));
}

export function fixtureFolders(): string[] {
  return readdirSync(FIXTURES);
}

export function vectors(provider: string): Vector[] {
  const text = readFileSync(new URL(`${provider}/vectors.json`, FIXTURES), 'utf8');
  const stored = (JSON.parse(text) as { vectors: StoredVector[] }).vectors;
  return stored.map((vector) => ({
    ...vector,
    body: 'body' in vector ? Buffer.from(vector.body) : payload(provider, vector.bodyFixture),
  }));
}
