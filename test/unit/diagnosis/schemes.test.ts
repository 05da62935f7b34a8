import { describe, expect, test } from 'vitest';
import { MOST_HASHED_BYTES, MOST_TRIALS } from '../../../src/diagnosis/budget.ts';
import { examine } from '../../../src/diagnosis/diagnose.ts';
import { discord } from '../../../src/providers/discord.ts';
import { github } from '../../../src/providers/github.ts';
import { hubspot } from '../../../src/providers/hubspot.ts';
import { iverton } from '../../../src/providers/iverton.ts';
import { mailgun } from '../../../src/providers/mailgun.ts';
import { paddle } from '../../../src/providers/paddle.ts';
import { sendgrid } from '../../../src/providers/sendgrid.ts';
import { shopify } from '../../../src/providers/shopify.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { slack } from '../../../src/providers/slack.ts';
import { square } from '../../../src/providers/square.ts';
import { standardWebhooks } from '../../../src/providers/standard-webhooks.ts';
import { stripe } from '../../../src/providers/stripe.ts';
import { svix } from '../../../src/providers/svix.ts';
import { twilio } from '../../../src/providers/twilio.ts';
import type { ContentScheme } from '../../../src/signing/scheme.ts';
import { keysOf, NOW, schemeCases, sent } from './schemes.ts';

const providers = [
  stripe,
  slack,
  standardWebhooks,
  svix,
  shopify,
  github,
  paddle,
  twilio,
  hubspot,
  square,
  discord,
  sendgrid,
  mailgun,
];

describe.each(providers)('$id', (provider) => {
  test('a good request has no diagnosis', () => {
    const { receiver } = keysOf(provider.signature.value as ContentScheme);
    const request = sent(provider);
    expect(verifyRequest(provider, request, [receiver], { now: NOW })).toMatchObject({ reason: 'valid' });
    expect(examine(request, provider, [receiver], { now: NOW, providers }).diagnosis).toEqual([]);
  });

  test.each([...schemeCases(provider, iverton)])('$cause: $name', ({ cause, request, secret, context }) => {
    const { diagnosis, trials, hashedBytes } = examine(request, provider, [secret], context);
    expect(diagnosis[0], JSON.stringify(diagnosis)).toMatchObject({ cause });
    expect(trials).toBeLessThanOrEqual(MOST_TRIALS);
    expect(hashedBytes).toBeLessThanOrEqual(MOST_HASHED_BYTES);
    const said = JSON.stringify(diagnosis);
    if (secret.length > 6) expect(said).not.toContain(secret);
  });
});

test('a timestamp in milliseconds is told from a clock that is ahead', () => {
  const { receiver } = keysOf(stripe.signature.value as ContentScheme);
  const fixOf = (now: number): string =>
    examine(sent(stripe, { now }), stripe, [receiver], { now: NOW }).diagnosis[0]!.fix;
  expect(fixOf(NOW * 1_000)).toContain('in milliseconds');
  expect(fixOf(NOW + 600_000)).toContain('600 s ahead');
});
