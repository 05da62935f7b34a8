import { headerValue, type Header } from '../model/request.ts';
import { decodeContent } from '../model/text.ts';
import type { Handshake, HandshakeAnswer } from '../providers/handshake.ts';
import { fillParts } from './answer.ts';
import type { Values } from './pattern.ts';

/** What a consumer said to a handshake. */
export interface GivenAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
  /** How long it took, in milliseconds. */
  readonly durationMs?: number;
}

export interface HandshakeVerdict {
  readonly ok: boolean;
  /** What is wrong with the answer, in a sentence; null where the provider takes it. */
  readonly problem: string | null;
  /** What was odd, though the provider takes it. */
  readonly notes: readonly string[];
}

/** Whether a provider takes an answer to its handshake: the usual one, or another that it accepts. */
export function judgeAnswer(handshake: Handshake, values: Values, given: GivenAnswer): HandshakeVerdict {
  const { respond, accepts = [], withinMs } = handshake;
  const { durationMs = 0 } = given;
  if (withinMs !== undefined && durationMs > withinMs) {
    return wrong(`it took ${seconds(durationMs)}, and ${seconds(withinMs)} are allowed`);
  }
  const judged = [respond, ...accepts].map((due) => compare(due, values, given));
  const fitting = judged.find(({ problem }) => problem === null);
  if (fitting !== undefined) return { ok: true, problem: null, notes: fitting.notes };
  const isJson = isJsonType(headerValue(given.headers, 'content-type'));
  const alike = [respond, ...accepts].findIndex(({ body }) => (typeof body === 'object') === isJson);
  return wrong(judged[Math.max(0, alike)]!.problem!);
}

function wrong(problem: string): HandshakeVerdict {
  return { ok: false, problem, notes: [] };
}

interface Comparison {
  readonly problem: string | null;
  readonly notes: readonly string[];
}

function compare(due: HandshakeAnswer, values: Values, given: GivenAnswer): Comparison {
  const problem = (text: string): Comparison => ({ problem: text, notes: [] });
  if (given.status !== due.status) return problem(`the status is ${given.status}, and ${due.status} is due`);
  const parts = fillParts(due, values);
  if ('missing' in parts) return problem(`what is due cannot be told without ${parts.missing}`);
  for (const [name, value] of parts.headers) {
    const present = headerValue(given.headers, name);
    if (present === undefined)
      return problem(`there is no ${name} header, and ${quoted(value)} is due in it`);
    if (present !== value) return problem(`${name} is ${quoted(present)}, and ${quoted(value)} is due`);
  }
  const type = headerValue(given.headers, 'content-type');
  if (due.contentType !== undefined && mediaType(type) !== mediaType(due.contentType)) {
    return problem(
      `the content type is ${type === undefined ? 'missing' : shown(type)}, and ${due.contentType} is due`,
    );
  }
  if (parts.body === null) return { problem: null, notes: [] };
  const body = Buffer.from(decodeContent(given.headers, given.body));
  if (typeof parts.body === 'string') return { problem: textProblem(parts.body, body), notes: [] };
  const wrongJson = jsonProblem(parts.body, body.toString());
  const isOdd = due.contentType === undefined && !isJsonType(type);
  return {
    problem: wrongJson,
    notes:
      wrongJson === null && isOdd
        ? [`the content type is ${type === undefined ? 'missing' : shown(type)}; application/json is usual`]
        : [],
  };
}

function textProblem(due: string, body: Buffer): string | null {
  if (body.equals(Buffer.from(due))) return null;
  const text = body.toString();
  if (due === '') return `the body is ${quoted(text)}, and none is due`;
  if (text === '') return `the body is empty, and ${quoted(due)} is due`;
  if (text.trim() === due)
    return `there is white space around ${quoted(due)} in the body, which is due alone`;
  const json = parse(text);
  if (json === due)
    return `the body is ${shown(text)}: as JSON, in quotes; ${shown(due)} is due without them`;
  if (typeof json === 'object' && json !== null && Object.values(json).includes(due)) {
    return `the body is JSON around ${quoted(due)}, which is due alone, as text`;
  }
  return `the body is ${quoted(text)}, and ${quoted(due)} is due`;
}

function jsonProblem(due: Readonly<Record<string, string | number | boolean>>, text: string): string | null {
  const json = parse(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return text === ''
      ? `the body is empty, and ${shown(JSON.stringify(due))} is due`
      : `the body is no JSON object: ${shown(text)}; ${shown(JSON.stringify(due))} is due`;
  }
  for (const [name, value] of Object.entries(due)) {
    if (!Object.hasOwn(json, name))
      return `the body has no ${name}, and ${shown(JSON.stringify(value))} is due in it`;
    const present = (json as Record<string, unknown>)[name];
    if (present !== value) {
      return `${name} is ${shown(JSON.stringify(present))}, and ${shown(JSON.stringify(value))} is due`;
    }
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mediaType(type: string | undefined): string {
  return (type ?? '').split(';')[0]!.trim().toLowerCase();
}

function isJsonType(type: string | undefined): boolean {
  return /^application\/([\w.+-]+\+)?json$/.test(mediaType(type));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms % 1_000 === 0 ? 0 : 1)} s`;
}

const SHOWN_CHARACTERS = 100;

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

/** What is a value, and no word of the sentence around it. */
function quoted(text: string): string {
  return `"${shown(text)}"`;
}
