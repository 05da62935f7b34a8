import type { Diagnosis } from '../diagnosis/cause.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { contextFor } from '../diagnosis/known-secrets.ts';
import type { Clock } from '../model/clock.ts';
import type { RawRequest } from '../model/request.ts';
import { publicUrls, type Inspection, type InspectSettings } from './inspect.ts';

/**
 * How many bytes of bodies are diagnosed in a second. To write a body's JSON in other ways takes a millisecond or two a kilobyte, in
 * which nothing else is received: a flood of bad signatures gets so much of it and no more, and what is larger is for `verify`.
 */
export const MOST_BYTES_A_SECOND = 128 * 1024;
/** What the smallest body counts for. */
export const LEAST_BYTES = 2 * 1024;
/** To verify with a public key takes so much longer than an HMAC. */
const ASYMMETRIC_FACTOR = 8;
const SECOND_MS = 1_000;

/** Why a signature does not verify; empty where it does, where nothing was verified, or where that would take too much time now. */
export type Diagnoser = (request: RawRequest, inspection: Inspection) => readonly Diagnosis[];

export function createDiagnoser(settings: InspectSettings, clock: Clock): Diagnoser {
  let since = Number.NEGATIVE_INFINITY;
  let left = 0;

  function isAffordable(size: number, factor: number): boolean {
    const now = clock.now();
    if (now - since >= SECOND_MS || now < since) {
      since = now;
      left = MOST_BYTES_A_SECOND;
    }
    const cost = Math.max(size, LEAST_BYTES) * factor;
    if (cost > left) return false;
    left -= cost;
    return true;
  }

  return (request, { provider, verdict }) => {
    if (provider === null || verdict === null || verdict.ok) return [];
    const factor = provider.signature.value.kind === 'asymmetric' ? ASYMMETRIC_FACTOR : 1;
    if (!isAffordable(request.body.length, factor)) return [];
    const urls = publicUrls(provider, request, settings);
    const context = contextFor(provider, settings, clock.now(), urls);
    return diagnose(request, provider, settings.secretsFor(provider.id), context);
  };
}
