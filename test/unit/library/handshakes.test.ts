import { expect, test } from 'vitest';
import { providerWith, RECORDS } from '../handshake/records.ts';
import { openReceiver } from './open-receiver.ts';

test('a receiver answers handshakes until it is given answers of its own', async () => {
  const provider = providerWith(RECORDS.query);
  const receiver = await openReceiver({ provider, verifyToken: 't' });
  const ask = async (token: string): Promise<[number, string]> => {
    const path = `/?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=77`;
    const response = await fetch(receiver.url + path);
    return [response.status, await response.text()];
  };
  expect(await ask('t')).toEqual([200, '77']);
  expect(await ask('another')).toEqual([403, '']);
  receiver.respondWith(202);
  expect(await ask('t')).toEqual([202, '']);
  receiver.reset();
  expect(await ask('t')).toEqual([200, '77']);
  expect(receiver.captures).toMatchObject([{ provider: 'acme', verdict: null, response: { status: 200 } }]);
});

test('a public URL is what requests are verified with that sign theirs', async () => {
  const provider = providerWith();
  const signature = {
    assumed: null,
    value: {
      kind: 'digest',
      hash: 'sha256',
      signature: { header: 'X-Acme-Signature' },
      forms: [{ prefix: '', encoding: 'hex' }],
      content: '{url}{secret}',
    },
  } as const;
  const publicUrl = 'https://public.example/hooks';
  const receiver = await openReceiver({ provider: { ...provider, signature }, secret: 's', publicUrl });
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(`${publicUrl}s`));
  await fetch(`${receiver.url}/hooks`, {
    method: 'POST',
    headers: { 'X-Acme-Signature': Buffer.from(digest).toString('hex') },
  });
  expect(receiver.captures[0]).toMatchObject({ verdict: { reason: 'valid' } });
});
