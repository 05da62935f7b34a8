import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMessage } from '../../../src/forge/forge.ts';
import { stressJson } from '../../../src/forge/stress-json.ts';
import { valueAt } from '../../../src/model/json-path.ts';
import { fixedWorld, wholeCatalog } from '../../support/forging.ts';

const parse = (body: Uint8Array): any => JSON.parse(Buffer.from(body).toString());

describe.each(await wholeCatalog())('$id $type', ({ provider, type }) => {
  test('means the same but for the member stress, and no serialiser writes it so', async () => {
    const plain = parse((await renderMessage(provider, type, {}, fixedWorld())).body);
    const { body, eventType, eventId } = await renderMessage(
      provider,
      type,
      { stressJson: true },
      fixedWorld(),
    );
    const stressed = parse(body);
    const holder = valueAt(stressed, provider.envelope.value.data) as Record<string, unknown>;
    expect(holder['stress']).toMatchObject({ whole: 30, hundred: 100, text: 'café / 日本', twice: 2 });
    delete holder['stress'];
    expect(stressed).toEqual(plain);
    for (const indent of [0, 2, 4, '\t']) {
      expect(JSON.stringify(parse(body), null, indent)).not.toBe(Buffer.from(body).toString());
    }
    expect(eventType).toBe(type);
    expect(eventId).toBe(provider.envelope.value.id.length > 0 ? plain[eventIdKey(plain)] : null);
  });
});

function eventIdKey(event: object): string {
  return 'eventId' in event ? 'eventId' : 'id';
}

test('with the example’s own ids it still is stressed', async () => {
  const { provider, type } = (await wholeCatalog())[0]!;
  const { body } = await renderMessage(provider, type, { stressJson: true, keepIds: true }, fixedWorld());
  expect(Buffer.from(body).toString()).toContain('12345678901234567890');
});

test('any value keeps its meaning', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.stringify(value);
      expect(JSON.stringify(parse(stressJson(JSON.parse(json), undefined)))).toBe(json);
    }),
  );
});
