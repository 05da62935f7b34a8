import { expect, test } from 'vitest';
import { detect } from '../../../src/providers/detect.ts';
import { builtIn } from '../../../src/providers/index.ts';

test.each([
  ['sendgrid', 'X-Twilio-Email-Event-Webhook-Signature'],
  ['sendgrid', 'X-Twilio-Email-Event-Webhook-Timestamp'],
  ['woocommerce', 'X-WC-Webhook-Signature'],
  ['woocommerce', 'X-WC-Webhook-Delivery-ID'],
])('%s is told by its own header %s', (id, name) => {
  const request = { method: 'POST', path: '/', headers: [[name, 'x']] as const, body: Buffer.from('{}') };
  expect(detect(builtIn.all, request, {})).toEqual([
    expect.objectContaining({ provider: id, sure: true, evidence: [`header ${name}`] }),
  ]);
});

test('no assumption says a thing twice', () => {
  for (const { headers } of builtIn.all) {
    for (const { assumed = '' } of headers) {
      const parts = assumed.split('; ');
      expect(parts).toEqual([...new Set(parts)]);
    }
  }
});
