import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinTarget } from '../../../src/model/target.ts';

describe('joinTarget', () => {
  test.each([
    ['http://app', '/', '/'],
    ['http://app', '', '/'],
    ['http://app/', '/in', '/in'],
    ['http://app/', '/in/', '/in/'],
    ['http://app/hooks', '/', '/hooks'],
    ['http://app/hooks/', '/', '/hooks/'],
    ['http://app/hooks', '/in', '/hooks/in'],
    ['http://app/hooks/', '/in', '/hooks/in'],
    ['http://app/hooks', '//in//', '/hooks//in//'],
    ['http://app', '//in', '//in'],
    ['http://app/hooks', '/?', '/hooks?'],
    ['http://app/hooks', '/?a=1', '/hooks?a=1'],
    ['http://app/hooks', '/in?a=%2F?b', '/hooks/in?a=%2F?b'],
    ['http://app/hooks?t=1', '/', '/hooks?t=1'],
    ['http://app/hooks?t=1', '/in', '/hooks/in?t=1'],
    ['http://app/hooks?t=1', '/in?a=1', '/hooks/in?t=1&a=1'],
    ['http://app/hooks?t=1', '/in?', '/hooks/in?t=1'],
    ['http://app/hooks#x', '/in', '/hooks/in'],
    ['http://app/a%20b', '/c;d=1', '/a%20b/c;d=1'],
    ['http://app/hooks', '/a/../b', '/hooks/a/../b'],
    ['http://app/hooks', '*', '/hooks'],
    ['http://app/hooks', 'http://other.example/in?a=1', '/hooks/in?a=1'],
    ['http://app/hooks', 'http://other.example', '/hooks'],
    ['http://app/hooks', 'http://other.example?a=1', '/hooks?a=1'],
    ['http://app/hooks', 'http://user@[::1]:80/in', '/hooks/in'],
    ['http://app/hooks', '/q?u=http://x/?y', '/hooks/q?u=http://x/?y'],
  ])('%s asked for %s: %s', (base, target, path) => {
    expect(joinTarget(new URL(base), target)).toBe(path);
  });

  test('leaves every byte of a target as it is behind the path of the app', () => {
    const target = fc.stringMatching(/^\/[!-"$->@-~]{1,40}(\?[!-~]{1,20})?$/);
    fc.assert(
      fc.property(target, (path) => {
        expect(joinTarget(new URL('http://app/hooks'), path)).toBe(`/hooks${path}`);
      }),
    );
  });
});
