import type Database from 'better-sqlite3';
import type { Capture, CaptureAnswer, CaptureResponse, CaptureSummary } from '../model/capture.ts';
import type { Header } from '../model/request.ts';
import type { Verdict } from '../model/verdict.ts';
import { createCaptureBodies, type CaptureBodies } from './capture-body.ts';
import { EVERYWHERE, parseCursor } from './bounds.ts';
import { createCaptureFacets } from './capture-facets.ts';
import { createCaptureSpans } from './capture-spans.ts';
import { createPrepared } from './prepared.ts';
import { createCaptureSearch } from './capture-search.ts';
import { createTextIndex } from './capture-text.ts';
import { createNeighbours } from './capture-neighbours.ts';
import { explaining } from './errors.ts';
import type { GroupCommit } from './group-commit.ts';
import { createRoom } from './room.ts';
import { createTextRenewal } from './text-renewal.ts';
import type { CaptureFilter, CapturePage, CaptureStore, CaptureWindow, NewCapture, Page } from './store.ts';

interface SummaryRow {
  seq: number;
  id: string;
  receivedAt: number;
  method: string;
  path: string;
  remoteAddress: string | null;
  provider: string | null;
  eventType: string | null;
  eventId: string | null;
  duplicateOf: string | null;
  bodySize: number;
  verdict: string | null;
  status: number | null;
  durationMs: number | null;
}

interface CaptureRow extends SummaryRow {
  headers: string;
  body: Buffer;
}

const SUMMARY_COLUMNS = `
  c.seq, c.id, c.received_at as receivedAt, c.method, c.path, c.remote_address as remoteAddress, c.provider,
  c.event_type as eventType, c.event_id as eventId, c.duplicate_of as duplicateOf, c.body_size as bodySize,
  c.verdict, r.status, r.duration_ms as durationMs`;
/** Counting goes no further: who has so many matches narrows them down. */
const MOST_COUNTED = 100_000;
/** Small, so that a receiver beside a large deletion never waits long for the write lock. */
const ROWS_PER_DELETION = 200;
const BYTES_PER_DELETION = 16 * 1024 * 1024;
/** The share of the file that may stay free after a deletion. */
const MOST_FREE = 0.05;

export function createCaptureStore(db: Database.Database, commit: GroupCommit, path: string): CaptureStore {
  const textIndex = createTextIndex(db, commit, path);
  const prepared = createPrepared(db);
  const facets = createCaptureFacets(prepared);
  const spans = createCaptureSpans(db);
  const search = createCaptureSearch(prepared, facets, spans);
  const neighbours = createNeighbours(db);
  const bodies = createCaptureBodies(db);
  const room = createRoom(db);
  const renewal = createTextRenewal(db);
  const findFirst = db.prepare<[string], string>(
    'select id from captures where dedupe_key = ? order by seq limit 1',
  );
  findFirst.pluck();
  const insert = db.prepare(`
    insert into captures (id, received_at, method, path, remote_address, provider, event_type, event_id, dedupe_key,
      duplicate_of, verdict_ok, verdict_reason, body_size, verdict, headers, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertListed = db.prepare<[number, number, number]>('insert into capture_list values (?, ?, ?)');
  const insertResponse = db.prepare(
    `insert or replace into capture_responses (capture_seq, status, duration_ms)
     select seq, @status, @durationMs from captures where id = @captureId`,
  );
  const insertAnswer = db.prepare(
    `insert or replace into capture_answers (capture_seq, headers, truncated, body)
     select seq, @headers, @truncated, @body from captures where id = @captureId`,
  );
  const selectAnswer = db.prepare<[string], { headers: string; truncated: number; body: Buffer }>(
    `select a.headers, a.truncated, a.body from captures c join capture_answers a on a.capture_seq = c.seq where c.id = ?`,
  );
  const selectSummary = db.prepare<[number], SummaryRow>(
    `select ${SUMMARY_COLUMNS} from captures c left join capture_responses r on r.capture_seq = c.seq where c.seq = ?`,
  );
  const selectOne = db.prepare<[string], CaptureRow>(
    `select ${SUMMARY_COLUMNS}, c.headers, c.body
     from captures c left join capture_responses r on r.capture_seq = c.seq where c.id = ?`,
  );
  const deleteOne = db.prepare('delete from captures where id = ? returning seq');
  deleteOne.pluck();

  function add(capture: NewCapture): { duplicateOf: string | null } {
    const duplicateOf = capture.dedupeKey === null ? null : (findFirst.get(capture.dedupeKey) ?? null);
    const { verdict } = capture;
    const { lastInsertRowid } = insert.run(
      capture.id,
      capture.receivedAt,
      capture.method,
      capture.path,
      capture.remoteAddress,
      capture.provider,
      capture.eventType,
      capture.eventId,
      capture.dedupeKey,
      duplicateOf,
      verdict === null ? null : Number(verdict.ok),
      verdict?.reason ?? null,
      capture.body.length,
      verdict === null ? null : JSON.stringify(verdict),
      JSON.stringify(capture.headers),
      bodies.first(capture.body),
    );
    const seq = Number(lastInsertRowid);
    insertListed.run(seq, facets.of(capture), capture.receivedAt);
    spans.record(seq);
    bodies.writeRest(seq, capture.body);
    return { duplicateOf };
  }

  // In a transaction, as all that reads twice: what is found is what is counted, and is still there when it is read.
  const list = db.transaction((filter: CaptureFilter, { cursor, limit }: Page): CapturePage => {
    const below = cursor === undefined ? EVERYWHERE.below : parseCursor(cursor);
    const seqs = search.seqs(filter, { below, limit: limit + 1 });
    const shown = seqs.slice(0, limit);
    return {
      captures: shown.map(summaryOf),
      nextCursor: seqs.length > limit ? String(shown.at(-1)) : null,
    };
  });

  const window = db.transaction(
    (filter: CaptureFilter, span: { readonly offset: number; readonly limit: number }): CaptureWindow => {
      const counted = search.count(filter, MOST_COUNTED + 1);
      return {
        captures: search.seqs(filter, span).map(summaryOf),
        total: Math.min(counted, MOST_COUNTED),
        isMore: counted > MOST_COUNTED,
      };
    },
  );

  function summaryOf(seq: number): CaptureSummary {
    return toSummary(selectSummary.get(seq)!);
  }

  function record(captureId: string, response: CaptureResponse, answer: CaptureAnswer | null): void {
    const { status, durationMs } = response;
    insertResponse.run({ captureId, status, durationMs });
    if (answer === null) return;
    const { headers, body, truncated } = answer;
    insertAnswer.run({ captureId, headers: JSON.stringify(headers), truncated: Number(truncated), body });
  }

  function answerOf(id: string): CaptureAnswer | null {
    const row = selectAnswer.get(id);
    if (row === undefined) return null;
    return { headers: JSON.parse(row.headers) as Header[], body: row.body, truncated: row.truncated === 1 };
  }

  // In a transaction: it may be deleted while its body is read.
  const get = db.transaction((id: string): Capture | null => {
    const row = selectOne.get(id);
    return row === undefined ? null : toCapture(row, bodies);
  });

  function deleteIds(ids: readonly string[]): number {
    const gone = ids.map((id) => deleteOne.get(id) as number | undefined).filter((seq) => seq !== undefined);
    textIndex.forget(gone);
    room.giveBack();
    return gone.length;
  }

  function renewSome(): boolean {
    if (!renewal.isLeft()) return renewal.beginAnew();
    renewal.removeSome();
    return true;
  }

  /** Makes the file smaller, in short steps. */
  async function tidyUp(): Promise<void> {
    while (explaining(path, renewal.isLeft) || explaining(path, renewal.isDue)) {
      if (!(await commit.run(renewSome))) break;
    }
    while (explaining(path, () => room.isMuchFree(MOST_FREE)) && (await commit.run(room.giveBack)));
  }

  async function indexIfSearched(filter: CaptureFilter): Promise<void> {
    if (filter.text !== undefined) await textIndex.catchUp();
  }

  return {
    add: (capture) => commit.run(() => add(capture)),
    recordResponse: (captureId, response, answer = null) =>
      commit.run(() => record(captureId, response, answer)),
    get: async (id) => explaining(path, () => get(id)),
    answer: async (id) => explaining(path, () => answerOf(id)),
    latest: async (filter = {}) => {
      await indexIfSearched(filter);
      const [newest] = explaining(path, () => list(filter, { limit: 1 })).captures;
      return newest === undefined ? null : explaining(path, () => get(newest.id));
    },
    list: async (filter, page) => {
      await indexIfSearched(filter);
      return explaining(path, () => list(filter, page));
    },
    window: async (filter, span) => {
      await indexIfSearched(filter);
      return explaining(path, () => window(filter, span));
    },
    neighbours: async (id) => explaining(path, () => neighbours(id)),
    delete: (ids) => commit.run(() => deleteIds(ids)),
    deleteMatching: async (filter) => {
      await indexIfSearched(filter);
      let deleted = 0;
      let cursor: string | undefined;
      do {
        const page = explaining(path, () => list(filter, { limit: ROWS_PER_DELETION, cursor }));
        for (const ids of inPortions(page.captures)) deleted += await commit.run(() => deleteIds(ids));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      if (deleted > 0) await tidyUp();
      return deleted;
    },
    indexText: () => textIndex.catchUp(),
  };
}

/** Ids in groups whose bodies are not too large together. */
function inPortions(captures: readonly CaptureSummary[]): string[][] {
  const portions: string[][] = [[]];
  let room = BYTES_PER_DELETION;
  for (const { id, bodySize } of captures) {
    if (bodySize > room && portions.at(-1)!.length > 0) {
      portions.push([]);
      room = BYTES_PER_DELETION;
    }
    portions.at(-1)!.push(id);
    room -= bodySize;
  }
  return portions;
}

function toSummary(row: SummaryRow): CaptureSummary {
  const { seq: _, status, durationMs, verdict, ...same } = row;
  return {
    ...same,
    verdict: verdict === null ? null : (JSON.parse(verdict) as Verdict),
    response: durationMs === null ? null : { status, durationMs },
  };
}

function toCapture(row: CaptureRow, bodies: CaptureBodies): Capture {
  const { headers, body: _, ...summary } = row;
  const { bodySize: __, ...same } = toSummary(summary as SummaryRow);
  return { ...same, headers: JSON.parse(headers) as Header[], body: bodies.read(row) };
}
