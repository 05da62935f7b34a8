import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRouter } from '../../../src/http/router.ts';

const match = createRouter([
  { method: 'GET', path: '/webhooks', target: 'list' },
  { method: 'POST', path: '/webhooks', target: 'create' },
  { method: 'GET', path: '/webhooks/latest', target: 'latest' },
  { method: 'GET', path: '/webhooks/:id', target: 'read' },
  { method: 'PUT', path: '/webhooks/:id', target: 'update' },
  { method: 'GET', path: '/webhooks/:id/logs/:row', target: 'row' },
]);

describe('a route', () => {
  test('is found by method and path', () => {
    expect(match('GET', '/webhooks')).toEqual({ kind: 'found', target: 'list', params: {} });
    expect(match('POST', '/webhooks')).toEqual({ kind: 'found', target: 'create', params: {} });
    expect(match('PUT', '/webhooks/a')).toEqual({ kind: 'found', target: 'update', params: { id: 'a' } });
    expect(match('GET', '/webhooks/a/logs/b')).toEqual({
      kind: 'found',
      target: 'row',
      params: { id: 'a', row: 'b' },
    });
  });

  test('that stands first is found where several fit', () => {
    expect(match('GET', '/webhooks/latest')).toMatchObject({ target: 'latest' });
    expect(match('PUT', '/webhooks/latest')).toEqual({
      kind: 'found',
      target: 'update',
      params: { id: 'latest' },
    });
  });

  test('has its parameters decoded once, slashes and all', () => {
    const idOf = (segment: string): unknown => {
      const found = match('GET', `/webhooks/${segment}`);
      return found.kind === 'found' ? found.params['id'] : found.kind;
    };
    expect(idOf('..%2f..%2Fetc')).toBe('../../etc');
    expect(idOf('%252e')).toBe('%2e');
    expect(idOf('%C3%BC')).toBe('ü');
    expect(idOf('a+b')).toBe('a+b');
    expect(idOf('%00')).toBe('\0');
    expect(idOf('__proto__')).toBe('__proto__');
    for (const broken of ['%', '%z', '%zz', '%ff', '%C3', 'a%']) expect(idOf(broken)).toBe('none');
  });

  test('whatever a parameter is, it comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (id) => {
        expect(match('PUT', `/webhooks/${encodeURIComponent(id)}`)).toMatchObject({ params: { id } });
      }),
    );
  });
});

describe('nothing is found', () => {
  test.each([
    '',
    '/',
    '//',
    'webhooks',
    '/webhooks/',
    '//webhooks',
    '/webhooks//logs/a',
    '/Webhooks',
    '/%77ebhooks',
    '/webhooks/a/logs',
    '/webhooks/a/logs/b/c',
    '/webhooks/a/logs/',
    '/webhooks/../webhooks',
    '/:id',
  ])('at %j', (path) => {
    expect(match('GET', path)).toEqual({ kind: 'none' });
  });

  test('whatever the path is, it does not throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'binary' }), (method, path) => {
        expect(['found', 'other-method', 'none']).toContain(match(method, `/${path}`).kind);
      }),
    );
  });
});

test('a path that is served by other methods names them, each once', () => {
  expect(match('DELETE', '/webhooks')).toEqual({ kind: 'other-method', allowed: ['GET', 'POST'] });
  expect(match('DELETE', '/webhooks/latest')).toEqual({ kind: 'other-method', allowed: ['GET', 'PUT'] });
  expect(match('get', '/webhooks')).toEqual({ kind: 'other-method', allowed: ['GET', 'POST'] });
});
