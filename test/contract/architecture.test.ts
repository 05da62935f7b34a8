import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { renderMessage, renderRequest } from '../../src/forge/forge.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { assumed, defineProvider } from '../../src/providers/provider.ts';
import { verifyRequest } from '../../src/providers/signatures.ts';
import { signedView } from '../../src/signing/signed-request.ts';
import { fixedWorld } from '../support/forging.ts';

const text = readFileSync(new URL('../../ARCHITECTURE.md', import.meta.url), 'utf8');

test('the provider that ARCHITECTURE.md adds has ten lines, is one, and is signed and verified', async () => {
  const block = /## To add a provider[\s\S]*?```ts\n([\s\S]*?)```/.exec(text)![1]!;
  expect(block.trim().split('\n').length).toBeLessThanOrEqual(10);
  const { outputText } = ts.transpileModule(block.replace('export const', 'const'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  // oxlint-disable-next-line no-new-func
  const acme = new Function('defineProvider', 'assumed', `${outputText}; return acme;`)(
    defineProvider,
    assumed,
  ) as Provider;

  const world = fixedWorld();
  const data = Buffer.from('{"id":"evt_1","type":"order.paid","data":{}}');
  const message = await renderMessage(acme, 'order.paid', { data }, world);
  expect(message).toMatchObject({ eventId: 'evt_1', eventType: 'order.paid' });
  const request = renderRequest(message, { url: 'http://localhost/', secret: 'known' }, world);
  expect(verifyRequest(acme, signedView(request), ['known'])).toMatchObject({
    reason: 'valid',
    header: 'Acme-Signature',
  });
  expect(verifyRequest(acme, signedView(request), ['other'])).toMatchObject({ reason: 'no-match' });
});
