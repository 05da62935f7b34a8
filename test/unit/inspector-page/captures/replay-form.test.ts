import { describe, expect, it } from 'vitest';
import {
  changesBody,
  editedBody,
  readHeaderLines,
  replayRequest,
  type ReplayForm,
} from '../../../../src/inspector/page/captures/replay-form.ts';

const plain: ReplayForm = {
  to: ' http://localhost:3000/ ',
  keepPath: false,
  resign: false,
  secret: '',
  body: null,
  headers: '',
};

describe('replayRequest', () => {
  it('leaves out all that stays as it was captured', () => {
    expect(replayRequest(plain, '{"a":1}')).toEqual({ to: 'http://localhost:3000/' });
    expect(replayRequest({ ...plain, body: '{"a":1}' }, '{"a":1}')).toEqual({ to: 'http://localhost:3000/' });
  });

  it('says what is to change', () => {
    const form = { ...plain, keepPath: true, resign: true, secret: 's', body: '{"a":2}', headers: 'X-A: 1' };
    expect(replayRequest(form, '{"a":1}')).toEqual({
      to: 'http://localhost:3000/',
      keepPath: true,
      resign: true,
      secret: 's',
      body: '{"a":2}',
      headers: [['X-A', '1']],
    });
  });

  it('gives no secret away that is not signed with', () => {
    expect(replayRequest({ ...plain, secret: 's' }, 'x')).not.toHaveProperty('secret');
  });

  it('never sends text instead of a binary body', () => {
    expect(replayRequest({ ...plain, body: 'text' }, null)).not.toHaveProperty('body');
  });

  it('can send an empty body', () => {
    expect(replayRequest({ ...plain, body: '' }, 'x')).toMatchObject({ body: '' });
  });
});

describe('an edited body', () => {
  it('has the line ends of the captured one', () => {
    expect(editedBody('a\r\nb\r\n', 'a\nc\n')).toBe('a\r\nc\r\n');
    expect(editedBody('a\nb', 'a\nc')).toBe('a\nc');
    expect(editedBody('a\r\nb\nc', 'a\nb\nc')).toBe('a\nb\nc');
  });

  it('is no change where only a text field took its line ends', () => {
    expect(changesBody({ ...plain, body: 'a\nb' }, 'a\r\nb')).toBe(false);
    expect(changesBody({ ...plain, body: 'a\nc' }, 'a\r\nb')).toBe(true);
  });
});

describe('readHeaderLines', () => {
  it('reads names and values, blank lines apart', () => {
    expect(readHeaderLines('X-A: 1\n\n x-b:two: three \nX-Empty:')).toEqual({
      headers: [
        ['X-A', '1'],
        ['x-b', 'two: three'],
        ['X-Empty', ''],
      ],
      problem: null,
    });
  });

  it.each(['no colon', ': no name', 'a b: c'])('says that %j is none', (line) => {
    expect(readHeaderLines(line).problem).toContain(line.trim());
  });
});
