import { describe, expect, test } from 'vitest';
import { createGate, toRemember } from '../../../src/engine/filters.ts';
import { filedgr } from '../../../src/providers/filedgr.ts';

const { filters } = filedgr.endpoint;
const recallNothing = (): null => null;

const event = (eventType: string | null, data: unknown) => ({ eventType, json: { eventType, data } });
const created = event('vault.created', { vaultId: 'v1', templateId: 't1', owner: 'ann' });

const refused = (
  wanted: Readonly<Record<string, readonly string[]>>,
  about = created,
  recall: (filter: string, key: string) => string | null = recallNothing,
) => createGate(filters, about, recall)(wanted);

describe('Filedgr’s filters', () => {
  test('let everything pass where none is set, or only empty ones are', () => {
    for (const about of [created, event('stream.data_received', {}), event(null, 5)]) {
      expect(refused({}, about)).toBeNull();
      expect(refused({ vaultIds: [], templateIds: [], userIds: [] }, about)).toBeNull();
    }
  });

  test('in one filter a single value is enough', () => {
    expect(refused({ vaultIds: ['v0', 'v1'] })).toBeNull();
    expect(refused({ vaultIds: ['v0', 'v2'] })).toEqual({ filter: 'vaultIds', value: 'v1' });
  });

  test('of several filters all must let it pass', () => {
    expect(refused({ vaultIds: ['v1'], templateIds: ['t1'], userIds: ['ann'] })).toBeNull();
    expect(refused({ vaultIds: ['v1'], templateIds: ['t2'] })).toEqual({
      filter: 'templateIds',
      value: 't1',
    });
    expect(refused({ vaultIds: ['v2'], templateIds: ['t1'] })).toMatchObject({ filter: 'vaultIds' });
    expect(refused({ vaultIds: ['v1'], templateIds: ['t1'], userIds: ['bob'] })).toMatchObject({
      filter: 'userIds',
    });
  });

  test('compare whole values, in their case', () => {
    for (const value of ['V1', 'v', 'v1 ', 'v11', '*']) {
      expect(refused({ vaultIds: [value] })).toMatchObject({ value: 'v1' });
    }
  });

  test.each<[string, unknown]>([
    ['nothing', {}],
    ['null', { vaultId: null }],
    ['an object', { vaultId: { v1: true } }],
    ['a list', { vaultId: ['v1'] }],
    ['no data', undefined],
    ['data that is a list', [{ vaultId: 'v1' }]],
  ])('an event that holds %s in its place does not pass', (_name, data) => {
    expect(refused({ vaultIds: ['v1'] }, event('vault.accessed', data))).toEqual({
      filter: 'vaultIds',
      value: null,
    });
  });

  test('a number is compared as it is written', () => {
    expect(refused({ vaultIds: ['12'] }, event('vault.accessed', { vaultId: 12 }))).toBeNull();
  });

  test('a body that is no JSON passes no filter', () => {
    expect(
      createGate(filters, { eventType: 'x', json: undefined }, recallNothing)({ vaultIds: ['v1'] }),
    ).toEqual({ filter: 'vaultIds', value: null });
  });

  test.each<[string, Record<string, string>, string | null]>([
    ['vault.created', { owner: 'ann' }, 'ann'],
    ['vault.data_updated', { uploadedBy: 'ann' }, 'ann'],
    ['vault.permission_changed', { changedBy: 'ann', userId: 'bob' }, 'ann'],
    ['vault.accessed', { userId: 'ann' }, 'ann'],
    // Whose vault it is, or whose rights changed, is not who did it.
    ['vault.accessed', { owner: 'ann', userId: 'bob' }, 'bob'],
    ['vault.permission_changed', { userId: 'ann' }, null],
    ['vault.data_updated', { owner: 'ann' }, null],
    ['vault.verification_complete', { owner: 'ann', userId: 'ann' }, null],
    ['stream.alert_triggered', { userId: 'ann' }, null],
  ])('who acted in %s with %j is %s', (eventType, data, actor) => {
    expect(refused({ userIds: ['nobody'] }, event(eventType, data))).toEqual({
      filter: 'userIds',
      value: actor,
    });
    if (actor !== null) expect(refused({ userIds: [actor] }, event(eventType, data))).toBeNull();
  });

  test('the template of a vault is what an earlier event of the vault told', () => {
    const asked: string[][] = [];
    const recall = (...question: string[]): string | null => {
      asked.push(question);
      return question[1] === 'v1' ? 't1' : null;
    };
    const accessed = (vaultId: string) => event('vault.accessed', { vaultId, userId: 'ann' });
    expect(refused({ templateIds: ['t1'] }, accessed('v1'), recall)).toBeNull();
    expect(refused({ templateIds: ['t2'] }, accessed('v1'), recall)).toEqual({
      filter: 'templateIds',
      value: 't1',
    });
    expect(refused({ templateIds: ['t1'] }, accessed('v2'), recall)).toEqual({
      filter: 'templateIds',
      value: null,
    });
    expect(asked).toEqual([
      ['templateIds', 'v1'],
      ['templateIds', 'v1'],
      ['templateIds', 'v2'],
    ]);
  });

  test('what an event tells itself goes before what is remembered; a filter that remembers nothing asks nothing', () => {
    const recall = (filter: string): string => {
      if (filter !== 'templateIds') throw new Error(`${filter} was asked for`);
      return 'old';
    };
    expect(refused({ templateIds: ['t1'] }, created, recall)).toBeNull();
    expect(refused({ vaultIds: ['old'], userIds: ['old'] }, event('vault.accessed', {}), recall)).toEqual({
      filter: 'vaultIds',
      value: null,
    });
  });

  test('a vault’s template is what there is to remember, and only where both are told', () => {
    expect(toRemember(filters, created)).toEqual([{ filter: 'templateIds', key: 'v1', value: 't1' }]);
    expect(toRemember(filters, event('vault.created', { vaultId: 'v1' }))).toEqual([]);
    expect(toRemember(filters, event('vault.created', { templateId: 't1' }))).toEqual([]);
    expect(toRemember(filters, { eventType: null, json: undefined })).toEqual([]);
  });
});
