import { expect, it } from 'vitest';
import { flaw, forgeRequest, leadsTo, PLAIN, typeIn } from '../../../../src/inspector/page/send/compose.ts';

const PROVIDER = {
  id: 'iverton',
  breakages: ['signature', 'body'] as const,
  events: [
    { name: 'deal.won', description: '' },
    { name: 'deal.lost', description: '' },
  ],
};

it('leaves out what is left alone', () => {
  expect(forgeRequest(PROVIDER, 'deal.won', '{}', 'http://a/', PLAIN)).toEqual({
    provider: 'iverton',
    type: 'deal.won',
    body: '{}',
    to: 'http://a/',
  });
});

it('has the secret, the breakage and the headers that were set up', () => {
  const signing = { secret: 's', unsigned: false, broken: 'body', headers: 'X-A: 1\nnone' } as const;
  expect(forgeRequest(PROVIDER, '', 'no json', 'http://a/', signing)).toEqual({
    provider: 'iverton',
    body: 'no json',
    to: 'http://a/',
    headers: [['X-A', '1']],
    break: 'body',
    secret: 's',
  });
});

it('neither signs nor breaks a signature where it goes unsigned', () => {
  const signing = { secret: 's', unsigned: true, broken: 'signature', headers: '' } as const;
  const request = forgeRequest(PROVIDER, 'deal.won', '{}', 'http://a/', signing);
  expect(request).toMatchObject({ unsigned: true });
  expect(request).not.toHaveProperty('secret');
  expect(request).not.toHaveProperty('break');
});

it('drops a breakage that another provider had', () => {
  const signing = { ...PLAIN, broken: 'timestamp' } as const;
  expect(forgeRequest(PROVIDER, 'deal.won', '{}', 'http://a/', signing)).not.toHaveProperty('break');
});

it('takes the type that is asked for, or the first', () => {
  expect(typeIn(PROVIDER, 'deal.lost')).toBe('deal.lost');
  expect(typeIn(PROVIDER, 'task.done')).toBe('deal.won');
  expect(typeIn(PROVIDER, undefined)).toBe('deal.won');
});

it('knows whether a URL leads to a server', () => {
  expect(leadsTo('http://127.0.0.1:4000/hooks?a', 'http://127.0.0.1:4000')).toBe(true);
  expect(leadsTo('http://127.0.0.1:4001/', 'http://127.0.0.1:4000')).toBe(false);
  expect(leadsTo('http://', 'http://127.0.0.1:4000')).toBe(false);
  expect(leadsTo('http://127.0.0.1:4000', null)).toBe(false);
});

it('says what was made wrong', () => {
  expect(flaw({})).toBe('');
  expect(flaw({ break: 'timestamp' })).toBe('old timestamp');
  expect(flaw({ unsigned: true })).toBe('unsigned');
});
