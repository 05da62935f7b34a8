import { describe, expect, test } from 'vitest';
import { renderMessage, renderRequest, type PayloadOptions } from '../../../src/forge/forge.ts';
import { parseOverride } from '../../../src/forge/overrides.ts';
import { headerValue } from '../../../src/model/request.ts';
import { loadProvider, loadProviders } from '../../../src/providers/index.ts';
import { verifyRequest } from '../../../src/providers/signatures.ts';
import { fixedWorld } from '../../support/forging.ts';

const world = fixedWorld();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each([
  ['github', 'push', 'X-GitHub-Hook-ID', /^[1-9]\d+$/],
  ['woocommerce', 'order.created', 'X-WC-Webhook-ID', /^[1-9]\d*$/],
  ['gitlab', 'push', 'X-Gitlab-Webhook-UUID', UUID],
  ['bitbucket', 'repo:push', 'X-Hook-UUID', UUID],
])('%s: the header that names the webhook', async (id, type, name, form) => {
  const provider = await loadProvider(id);
  const message = await renderMessage(provider, type, {}, world);
  const value = (one: typeof message) =>
    headerValue(renderRequest(one, { url: 'http://localhost/', secret: null }, world).headers, name);

  test('is there without an endpoint too, of the provider’s make, and always the same', () => {
    expect(value(message)).toMatch(form);
    expect(value(message)).toBe(value(message));
  });

  test('is that of the endpoint where there is one', () => {
    expect(value({ ...message, endpointId: 'ep_1' })).toBe('ep_1');
  });
});

test('every header that a profile lists without a condition is sent in a first attempt', async () => {
  const conditional = new Set(['retryNumber', 'retryReason']);
  for (const provider of await loadProviders()) {
    const message = await renderMessage(provider, provider.events[0]!.name, {}, world);
    const { headers } = renderRequest(message, { url: 'http://localhost/', secret: null }, world);
    const due = provider.headers
      .filter(({ value, extra }) => extra !== true && !('from' in value && conditional.has(value.from)))
      .map(({ name }) => name);
    expect(due.filter((name) => headerValue(headers, name) === undefined)).toEqual([]);
  }
});

describe.each([
  ['meta', 'page.feed', 'entry[0].changes[0].value.message'],
  ['whatsapp', 'messages.text', 'entry[0].changes[0].value.messages[0].text.body'],
])('%s: characters that are not ASCII', async (id, type, path) => {
  const provider = await loadProvider(id);
  const render = async (options: PayloadOptions) => {
    const { body } = await renderMessage(provider, type, options, world);
    return Buffer.from(body).toString();
  };
  const overrides = [parseOverride(`${path}=Füß 日本 👋`)];
  const escaped = '"F\\u00fc\\u00df \\u65e5\\u672c \\ud83d\\udc4b"';

  test.each([{}, { keepIds: true }, { stressJson: true }])(
    'are escaped in what is forged: %o',
    async (how) => {
      const text = await render({ ...how, overrides });
      expect(text).toContain(escaped);
      expect(text).toMatch(/^\p{ASCII}*$/u);
    },
  );

  test('stay as they are in a body of the user’s own', async () => {
    const data = Buffer.from('{"é":"é"}');
    expect(await render({ data })).toBe('{"é":"é"}');
    expect(await render({ data, overrides: [parseOverride('ü=ß')] })).toBe('{"é":"é","\\u00fc":"\\u00df"}');
  });

  test('are signed as they are sent', async () => {
    const message = await renderMessage(provider, type, { overrides }, world);
    const request = renderRequest(message, { url: 'http://localhost/', secret: 'app' }, world);
    expect(verifyRequest(provider, request, ['app'])).toMatchObject({ ok: true });
  });
});
