import { attemptJson } from '../../json/attempt.ts';
import { formatDuration } from '../../model/duration.ts';
import { printable, printableLines } from '../../model/printable.ts';
import { asText, decodeContent } from '../../model/text.ts';
import { parseUrl } from '../../model/url.ts';
import type { HandshakeResult } from '../handshaking.ts';
import { statusText } from './capture.ts';
import type { Term } from './term.ts';

const SHOWN_CHARACTERS = 200;

/** One line for each handshake; where it went wrong, what was sent, what came and what was due. */
export function handshakeList(results: readonly HandshakeResult[], term: Term): string {
  const { paint } = term;
  const width = Math.max(...results.map((result) => titleOf(result).length));
  return results
    .map((result) => {
      const { ok, problem, notes, attempt } = result;
      const { response, durationMs } = attempt;
      const line = [
        ok ? paint.green('✓') : paint.red('✗'),
        paint.bold(titleOf(result).padEnd(width)),
        response === null ? paint.red('no answer') : statusText(response.status, paint),
        paint.dim(formatDuration(durationMs)),
      ].join('  ');
      const below = [
        ...(problem === null ? [] : [paint.red(printable(problem))]),
        ...notes.map((note) => paint.yellow(printable(note))),
        ...(ok ? [] : exchange(result).map((text) => paint.dim(text))),
      ];
      return [line, ...below.map((text) => text.replace(/^/gm, '   '))].join('\n');
    })
    .join('\n');
}

export function handshakesJson(results: readonly HandshakeResult[]): object {
  return {
    handshakes: results.map(({ name, variant, ok, problem, notes, attempt }) => ({
      name,
      variant,
      ok,
      problem,
      notes,
      attempt: attemptJson(attempt, results[0]!.attempt.startedAt),
    })),
  };
}

const VARIANTS = {
  proper: '',
  'wrong-signature': ', wrongly signed',
  'wrong-token': ', with another token',
} as const;

function titleOf({ name, variant }: HandshakeResult): string {
  return printable(name) + VARIANTS[variant];
}

function exchange({ attempt: { request, response } }: HandshakeResult): string[] {
  const target = parseUrl(request.url);
  const sent = `sent:  ${request.method} ${target === null ? request.url : target.pathname + target.search}`;
  if (response === null) return [printable(sent)];
  const text = asText(decodeContent(response.headers, response.body));
  const said = text === null ? `${response.body.length} bytes that are no text` : text.trim();
  const shown = said.length > SHOWN_CHARACTERS ? `${said.slice(0, SHOWN_CHARACTERS)}…` : said;
  return [printable(sent), ...(shown === '' ? [] : [`came:  ${printableLines(shown)}`])];
}
