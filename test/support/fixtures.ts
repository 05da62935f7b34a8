import { readdirSync, readFileSync } from 'node:fs';
import type { Header } from '../../src/model/request.ts';
import type { VerdictReason } from '../../src/model/verdict.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

/** A known answer: what a request with these headers and this body must be judged as. */
export interface Vector {
  readonly name: string;
  /** How the answer was cross-checked. */
  readonly origin: string;
  /** What it is verified with. */
  readonly secret: string;
  readonly body: Uint8Array;
  readonly headers: readonly Header[];
  /** The right HMAC-SHA256 of body and secret, whatever the headers hold, where that is what is signed. */
  readonly hmacHex?: string;
  readonly hmacBase64?: string;
  readonly ok: boolean;
  readonly reason: VerdictReason;
  /** When it came, in milliseconds since the Unix epoch. */
  readonly now?: number;
  readonly method?: string;
  /** The URL that was signed. */
  readonly url?: string;
}

type StoredVector = Omit<Vector, 'body'> & ({ readonly body: string } | { readonly bodyFixture: string });

const EXTENSION = /\.(json|form)$/;

/** The exact bytes of a stored payload. */
export function payload(provider: string, eventType: string): Buffer {
  const file = fileOf(provider, eventType);
  return readFileSync(new URL(`${provider}/${encodeURIComponent(file)}`, FIXTURES));
}

/** The event types that have a stored payload. */
export function storedEventTypes(provider: string): string[] {
  return readdirSync(new URL(`${provider}/`, FIXTURES))
    .filter((file) => EXTENSION.test(file) && file !== 'vectors.json')
    .map((file) => decodeURIComponent(file.replace(EXTENSION, '')));
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

function fileOf(provider: string, eventType: string): string {
  const stem = encodeURIComponent(eventType).replaceAll('*', '%2A');
  const files = readdirSync(new URL(`${provider}/`, FIXTURES));
  return files.find((file) => EXTENSION.test(file) && file.replace(EXTENSION, '') === stem) ?? `${stem}.json`;
}
