import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { BREAKAGES, breakagesOf, type Breakage } from '../../../src/forge/break.ts';
import { renderMessage, renderRequest } from '../../../src/forge/forge.ts';
import { renderReplay } from '../../../src/forge/replay.ts';
import type { OutgoingRequest } from '../../../src/model/request.ts';
import type { VerdictReason } from '../../../src/model/verdict.ts';
import { builtIn } from '../../../src/providers/index.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { hasContent } from '../../../src/signing/describe.ts';
import { randomSecret } from '../../../src/signing/keys.ts';
import { signedView } from '../../../src/signing/signed-request.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const URL_SENT_TO = 'https://app.example.com/webhooks?a=1';
const HOUR = 3_600_000;

let count = 0;
const randomBytes = (size: number): Uint8Array =>
  Buffer.concat(
    Array.from({ length: Math.ceil(size / 32) }, () =>
      createHash('sha256')
        .update(String((count += 1)))
        .digest(),
    ),
  ).subarray(0, size);
const world = { now: NOW, randomBytes };

const reasons: Record<Exclude<Breakage, 'timestamp'>, VerdictReason> = {
  signature: 'no-match',
  body: 'no-match',
  'missing-header': 'missing-header',
  'wrong-secret': 'no-match',
};

async function forged(
  provider: Provider,
  secret: string,
  breakage?: Breakage,
  signature?: string,
): Promise<OutgoingRequest> {
  const message = await renderMessage(provider, provider.events[0]!.name, {}, world);
  return renderRequest(message, { url: URL_SENT_TO, secret, breakage, signature }, world);
}

describe.each(builtIn.all)('$id', (provider) => {
  const scheme = provider.signature.value;
  const secret = randomSecret(scheme, randomBytes);
  const judge = (request: OutgoingRequest, now = NOW) =>
    verifyRequest(provider, signedView(request), [secret], { now, urls: [request.url] });

  test.each(breakagesOf(provider).filter((breakage) => breakage !== 'timestamp'))(
    'a request broken by %s is refused for that',
    async (breakage) => {
      expect(judge(await forged(provider, secret, breakage))).toMatchObject({
        ok: false,
        reason: reasons[breakage],
      });
    },
  );

  const signatures = [undefined, ...provider.otherSignatures.map(({ name }) => name)];
  test.each(signatures)('nothing that is made wrong verifies, signed by %s', async (signature) => {
    expect(judge(await forged(provider, secret, undefined, signature)).ok).toBe(true);
    for (const breakage of BREAKAGES) {
      const request = await forged(provider, secret, breakage, signature).catch((error: unknown) => error);
      // Where nothing is signed, nothing can be made wrong, and that is said.
      if (request instanceof UsageError) continue;
      expect([breakage, judge(request as OutgoingRequest).ok]).toEqual([breakage, false]);
    }
  });

  const isTimed = hasContent(scheme) && (scheme.timestamp?.toleranceSeconds ?? null) !== null;
  if (isTimed) {
    test('one of an hour ago is rightly signed, and too old', async () => {
      const stale = await forged(provider, secret, 'timestamp');
      expect(judge(stale)).toMatchObject({ ok: false, reason: 'too-old' });
      expect(judge(stale, NOW - HOUR)).toMatchObject({ ok: true });
    });
  }

  const others = BREAKAGES.filter((breakage) => !breakagesOf(provider).includes(breakage));
  if (others.length > 0) {
    test(`cannot be broken by ${others.join(', ')}, and that is said`, async () => {
      for (const breakage of others)
        await expect(forged(provider, secret, breakage)).rejects.toThrow(provider.name);
    });
  }

  test('sent again a day later and signed anew, it verifies', async () => {
    const first = await forged(provider, secret);
    const later = NOW + 24 * HOUR;
    const again = await renderReplay(
      { ...first, path: '/webhooks?a=1' },
      { url: first.url, overrides: [], headers: [], resign: { provider, secret } },
      later,
    );
    expect(judge(again, later)).toMatchObject({ ok: true });
    expect(again.headers.map(([name]) => name).toSorted()).toEqual(
      first.headers.map(([name]) => name).toSorted(),
    );
  });
});
