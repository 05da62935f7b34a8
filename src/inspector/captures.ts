import type { Diagnosis } from '../diagnosis/cause.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { contextFor } from '../diagnosis/known-secrets.ts';
import { NotFoundError, UsageError } from '../errors.ts';
import { curlCommand, httpText } from '../forge/print.ts';
import { renderReplay } from '../forge/replay.ts';
import type { Route } from '../http/router.ts';
import { attemptJson } from '../json/attempt.ts';
import { captureJson, captureSummaryJson } from '../json/capture.ts';
import { diagnosisJson } from '../json/diagnosis.ts';
import { bodyFields } from '../json/values.ts';
import type { Capture, CaptureAnswer } from '../model/capture.ts';
import type { OutgoingRequest } from '../model/request.ts';
import { joinTarget, parseTarget } from '../model/target.ts';
import { asUtf8, decodeContent } from '../model/text.ts';
import { readCaptureFilter } from '../store/filter-text.ts';
import { replay } from './replay.ts';
import { BytesAnswer, type Handler, type InspectorTools, type RouteRequest } from './tools.ts';

/** Longer bodies are cut for looking at. */
const SHOWN_BYTES = 1024 * 1024;
const LARGEST_WINDOW = 500;
/** Where an exported command sends to where nothing tells. */
const SOMEWHERE = 'http://localhost:3000/';

export function captureRoutes(tools: InspectorTools): Route<Handler>[] {
  const { store, clock } = tools;
  const { captures } = store;

  async function find(params: RouteRequest['params']): Promise<Capture> {
    const capture = await captures.get(params['id']!);
    if (capture === null)
      throw new NotFoundError(`there is no capture ${params['id']!}`, 'it may have been deleted');
    return capture;
  }

  /** Where the receiver passes it on to, if it does. */
  function usual({ path }: Capture): string {
    const base = new URL(tools.about().receiver?.forward ?? SOMEWHERE);
    return base.origin + joinTarget(base, path);
  }

  /** Why its signature does not verify, by the secrets of this run; nothing where there are none. */
  function diagnosisOf(capture: Capture): readonly Diagnosis[] {
    const provider = tools.providers.find(({ id }) => id === capture.provider);
    if (provider === undefined || capture.verdict?.ok !== false) return [];
    const secrets = tools.secretsFor(provider.id);
    if (secrets.length === 0) return [];
    return diagnose(capture, provider, secrets, contextFor(provider, tools, capture.receivedAt));
  }

  const list: Handler = async ({ query }) => {
    const filter = readCaptureFilter(Object.fromEntries(query), clock.now());
    const text = query.get('text');
    const offset = readWhole(query, 'offset', 0, Number.MAX_SAFE_INTEGER);
    const span = { offset, limit: readWhole(query, 'limit', 100, LARGEST_WINDOW) };
    const window = await captures.window(text === null ? filter : { ...filter, text }, span);
    return { offset, ...window, captures: window.captures.map(captureSummaryJson) };
  };

  const detail: Handler = async ({ params }) => {
    const capture = await find(params);
    const { body } = capture;
    const decoded = decodeContent(capture.headers, body);
    const around = await captures.neighbours(capture.id);
    const answer = await captures.answer(capture.id);
    const replays = await store.attempts.ofCapture(capture.id);
    return {
      capture: {
        ...(captureJson({ ...capture, body: beginning(body) }) as object),
        bodySize: body.length,
        response: capture.response === null ? null : { ...capture.response, ...answerJson(answer) },
      },
      diagnosis: diagnosisOf(capture).map(diagnosisJson),
      bodyTruncated: body.length > SHOWN_BYTES,
      decoded: decoded === body ? null : bodyFields(beginning(decoded)),
      replays: replays.map((attempt) => attemptJson(attempt, replays[0]!.startedAt)),
      previous: around?.previous ?? null,
      newer: around?.newer ?? null,
      older: around?.older ?? null,
    };
  };

  return [
    { method: 'GET', path: '/api/captures', target: list },
    {
      method: 'DELETE',
      path: '/api/captures',
      target: async ({ query }) => {
        const filter = readCaptureFilter(Object.fromEntries(query), clock.now());
        const text = query.get('text');
        return { deleted: await captures.deleteMatching(text === null ? filter : { ...filter, text }) };
      },
    },
    { method: 'GET', path: '/api/captures/:id', target: detail },
    {
      method: 'DELETE',
      path: '/api/captures/:id',
      target: async ({ params }) => ({ deleted: await captures.delete([(await find(params)).id]) }),
    },
    {
      method: 'GET',
      path: '/api/captures/:id/body',
      target: async ({ params }) => {
        const { id, body } = await find(params);
        return new BytesAnswer(body, `${id}.bin`);
      },
    },
    {
      method: 'GET',
      path: '/api/captures/:id/export',
      target: async ({ params, query }) => {
        const to = query.get('to');
        const capture = await find(params);
        const url = to === null || to === '' ? usual(capture) : parseTarget(to, 'to').href;
        return { text: await exported(capture, query.get('as'), url) };
      },
    },
    {
      method: 'POST',
      path: '/api/captures/:id/replay',
      target: async ({ params, json, gone }) => replay(tools, await find(params), json, gone),
    },
  ];
}

/** As much as is shown of a body. Text is not cut within a character, which would make it none. */
function beginning(body: Uint8Array): Uint8Array {
  let end = Math.min(body.length, SHOWN_BYTES);
  const isWithin = (at: number): boolean => at < body.length && (body[at]! & 0xc0) === 0x80;
  for (let back = 0; back < 3 && isWithin(end); back += 1) end -= 1;
  return body.subarray(0, end);
}

async function exported(capture: Capture, as: string | null, url: string): Promise<string> {
  if (as === 'fixture') {
    const { method, path, headers, body } = capture;
    return `${JSON.stringify({ method, path, headers, ...bodyFields(body) }, null, 2)}\n`;
  }
  const request: OutgoingRequest = await renderReplay(
    capture,
    { url, overrides: [], headers: [], resign: null },
    0,
  );
  if (as === 'curl') return curlCommand(request);
  if (as === 'http') {
    const text = asUtf8(httpText(request));
    if (text !== null) return text;
    throw new UsageError('the request is not text, and would be damaged', 'copy it as curl or as a fixture');
  }
  throw new UsageError('as must be curl, http or fixture');
}

function answerJson(answer: CaptureAnswer | null): object {
  if (answer === null) return { headers: null, body: null, bodyBase64: null, truncated: false };
  const { headers, truncated } = answer;
  const decoded = decodeContent(headers, answer.body);
  return { headers, body: null, bodyBase64: null, ...bodyFields(decoded), truncated };
}

function readWhole(query: URLSearchParams, name: string, otherwise: number, most: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new UsageError(`${name} must be a whole number up to ${most}`);
}
