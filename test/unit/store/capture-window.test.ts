import { expect, test } from 'vitest';
import { connect, newDatabasePath, openForTest } from '../../support/database.ts';

test('counting stops at 100,000; what lies beyond is shown all the same', async () => {
  const path = newDatabasePath();
  const { captures } = await openForTest({ path });
  connect(path).exec(`
    insert into captures (id, received_at, method, path, body_size, headers, body)
    select 'cap_' || value, value, 'POST', '/', 0, '[]', x'' from (
      with recursive numbers (value) as (values (1) union all select value + 1 from numbers where value < 100001)
      select value from numbers);
    insert into capture_facets (seq, method) values (1, 'POST');
    insert into capture_list select seq, 1, received_at from captures`);
  for (const filter of [{}, { path: '/' }]) {
    const beginning = await captures.window(filter, { offset: 0, limit: 2 });
    expect(beginning).toMatchObject({
      captures: [{ id: 'cap_100001' }, { id: 'cap_100000' }],
      total: 100_000,
      isMore: true,
    });
    const end = await captures.window(filter, { offset: 99_999, limit: 10 });
    expect(end).toMatchObject({ captures: [{ id: 'cap_2' }, { id: 'cap_1' }], total: 100_000, isMore: true });
  }
  await captures.delete(['cap_7']);
  expect(await captures.window({}, { offset: 99_999, limit: 10 })).toMatchObject({
    captures: [{ id: 'cap_1' }],
    total: 100_000,
    isMore: false,
  });
  await captures.delete(['cap_8']);
  expect(await captures.window({}, { offset: 0, limit: 1 })).toMatchObject({ total: 99_999, isMore: false });
});
