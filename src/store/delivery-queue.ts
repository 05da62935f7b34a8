import type Database from 'better-sqlite3';
import type { DeliveryStatus, DeliveryTrigger } from '../model/delivery.ts';
import type { EndpointStatus } from '../model/endpoint.ts';
import { prepareAttemptInsert } from './attempts.ts';
import { prepareCancelStranded } from './delivery-cancel.ts';
import type { EndpointTable } from './endpoints.ts';
import { createQuiet } from './quiet.ts';
import type { Claim, Claimed, ClaimRequest, DeliveryStore, Settled } from './store.ts';

/** Claims and settlements. Synchronous: they run inside transactions, shared with others. */
export interface DeliveryQueue {
  /** What a claim would find, where it needs no transaction to know: nothing. */
  recallQuiet(request: ClaimRequest): Claimed | null;
  claim(request: ClaimRequest): Claimed;
  settle(...settlement: Parameters<DeliveryStore['settle']>): Settled;
  release(claims: readonly Claim[]): void;
}

interface DueRow {
  seq: number;
  id: string;
  claim: number;
  trigger: DeliveryTrigger;
  dueAt: number;
  resumeAt: number | null;
  step: number;
  attempts: number;
  lastFailure: string | null;
  eventId: string;
  sentId: string | null;
  eventType: string | null;
  body: Buffer;
}

interface StateRow {
  status: DeliveryStatus;
  owner: number | null;
  claim: number;
  failures: number;
  failuresAtSuccess: number;
  endpointSeq: number;
  endpointStatus: EndpointStatus;
  endpointFailures: number;
  successes: number;
  failingSince: number | null;
  pauses: number;
  deletedAt: number | null;
}

/** An endpoint with something waiting, and when the first of it is due. */
interface Lane {
  readonly endpointSeq: number;
  readonly dueAt: number;
}

export function createDeliveryQueue(db: Database.Database, endpoints: EndpointTable): DeliveryQueue {
  const all = prepareLanes(db, "d.status = 'pending'");
  const inBatch = prepareLanes(db, "d.status = 'pending' and d.batch is not null and d.batch = @batch");
  const quiet = createQuiet(db);
  // With it, when the next endpoint that is disabled for a while becomes active again.
  const selectEngine = db.prepare<[number], { resumeAt: number | null }>(
    `select (select min(paused_until) from endpoints where paused_until is not null) as resumeAt
     from engines where seq = ?`,
  );
  const take = db.prepare(
    `update deliveries set status = 'sending', owner = ?, claim = claim + 1 where seq = ?`,
  );
  const insertAttempt = prepareAttemptInsert(db);
  const selectState = db.prepare<[number], StateRow>(
    `select d.status, d.owner, d.claim, d.failures, d.failures_at_success as failuresAtSuccess,
       d.endpoint_seq as endpointSeq, p.status as endpointStatus, p.failures as endpointFailures, p.successes,
       p.failing_since as failingSince, p.pauses, p.deleted_at as deletedAt
     from deliveries d join endpoints p on p.seq = d.endpoint_seq where d.seq = ?`,
  );
  const update = db.prepare(
    `update deliveries set status = @status, due_at = @dueAt, resume_at = null, finished_at = @finishedAt, step = @step,
       attempts = attempts + 1, failures = @failures, failures_at_success = @failuresAtSuccess, owner = null,
       "trigger" = iif(@status = 'pending', 'scheduled', "trigger"), reason = @reason, last_failure = @lastFailure
     where seq = @seq`,
  );
  const updateEndpoint = db.prepare(
    `update endpoints set failures = @failures, failing_since = @failingSince, successes = successes + @successes,
       pauses = iif(@successes > 0, 0, pauses)
     where seq = @seq`,
  );
  const giveBack = db.prepare(
    `update deliveries set status = 'pending', owner = null, interruptions = interruptions + 1
     where seq = @deliverySeq and status = 'sending' and owner = @owner and claim = @number`,
  );

  // One row for each provider that has ever had an endpoint.
  const selectProviders = db.prepare<[], string>('select provider from endpoint_changes').pluck();
  const cancelStranded = prepareCancelStranded(db);
  /** The number of the endpoint that was the last to get anything. */
  let turn = 0;

  function claim(request: ClaimRequest): Claimed {
    const { owner, now, batch } = request;
    // Nobody would free what it claims.
    const engine = selectEngine.get(owner);
    if (engine === undefined) return { claims: [], nextDueAt: null, isEntered: false };
    const { resumeAt } = engine;
    if (resumeAt !== null && resumeAt <= now) endpoints.resume(now);
    let { room } = request;
    if (room <= 0) return { claims: [], nextDueAt: null, isEntered: true };
    const source = batch === undefined ? all : inBatch;
    let nextDueAt = Number.POSITIVE_INFINITY;
    let isQuiet = true;
    const taken: Claim[][] = [];
    const isStrange = strangers(request);
    for (const lane of ring(source, batch)) {
      if (isStrange?.(lane.endpointSeq) === true) continue;
      if (lane.dueAt > now) {
        nextDueAt = Math.min(nextDueAt, lane.dueAt);
        continue;
      }
      isQuiet = false;
      const endpoint = endpoints.bySeq(lane.endpointSeq);
      const most = share(request, room, endpoint.id);
      if (most <= 0) continue;
      const rows = source.due(lane.endpointSeq, now, most, batch);
      for (const row of rows) take.run(owner, row.seq);
      taken.push(rows.map((row) => toClaim(row, owner, endpoint)));
      room -= rows.length;
      turn = lane.endpointSeq;
      const rest = rows.length < most ? source.first(lane.endpointSeq, batch) : null;
      if (rest !== null) nextDueAt = Math.min(nextDueAt, rest);
      if (room <= 0) break;
    }
    // Of what was taken goes first what has waited longest.
    const claims = taken.sort(([a], [b]) => a!.dueAt - b!.dueAt).flat();
    const claimed = { claims, nextDueAt: Number.isFinite(nextDueAt) ? nextDueAt : null, isEntered: true };
    if (isQuiet) quiet.remember(request, claimed, resumeAt);
    return claimed;
  }

  /** Whether an endpoint's deliveries are to be left alone; undefined where no provider of any endpoint is unknown, as is usual. */
  function strangers({ makes }: ClaimRequest): ((endpointSeq: number) => boolean) | undefined {
    if (makes === undefined || selectProviders.all().every(makes)) return undefined;
    return (endpointSeq) => !makes(endpoints.bySeq(endpointSeq).provider);
  }

  /**
   * The endpoints with something waiting, one after the other: with little room, those get it first that have waited for it
   * longest, however many deliveries wait at another.
   */
  function* ring(source: Lanes, batch: string | undefined): Generator<Lane> {
    const begin = turn;
    let lane = source.after(begin, batch);
    for (; lane !== undefined; lane = source.after(lane.endpointSeq, batch)) yield lane;
    if (begin === 0) return;
    lane = source.after(0, batch);
    while (lane !== undefined && lane.endpointSeq <= begin) {
      yield lane;
      lane = lane.endpointSeq < begin ? source.after(lane.endpointSeq, batch) : undefined;
    }
  }

  const settle: DeliveryQueue['settle'] = (claim, attempt, decide) => {
    insertAttempt({ ...attempt, captureId: null, deliverySeq: claim.deliverySeq });
    const state = selectState.get(claim.deliverySeq);
    if (
      state === undefined ||
      state.status !== 'sending' ||
      state.owner !== claim.owner ||
      state.claim !== claim.number
    ) {
      return { status: null, nextAttemptAt: null, disabled: null };
    }
    const settlement = decide({
      failures: { delivery: state.failures, endpoint: state.endpointFailures },
      succeededSince: state.successes !== state.failuresAtSuccess,
      failingSince: state.failingSince,
      pauses: state.pauses,
    });
    const { failures, disable, failingSince = null, pausedUntil = null } = settlement;
    const isActive = state.endpointStatus === 'active' && state.deletedAt === null;
    const isCut = settlement.status === 'pending' && !isActive;
    const status = isCut ? 'canceled' : settlement.status;
    update.run({
      seq: claim.deliverySeq,
      status,
      dueAt: status === 'pending' ? settlement.nextAttemptAt : null,
      finishedAt: status === 'pending' ? null : attempt.endedAt,
      step: claim.step + (claim.trigger === 'scheduled' ? 1 : 0),
      failures: failures.delivery,
      // Only the schedule's attempts look at what was counted, and begin anew after a success.
      failuresAtSuccess: claim.trigger === 'scheduled' ? state.successes : state.failuresAtSuccess,
      reason: isCut
        ? `the endpoint was ${state.deletedAt === null ? 'disabled' : 'deleted'}`
        : (settlement.reason ?? null),
      lastFailure: attempt.ok ? null : (attempt.error?.code ?? 'status'),
    });
    const isSuccess = settlement.status === 'succeeded' && claim.trigger !== 'test';
    if (isSuccess || failures.endpoint !== state.endpointFailures || failingSince !== state.failingSince) {
      updateEndpoint.run({
        seq: state.endpointSeq,
        failures: failures.endpoint,
        failingSince,
        successes: Number(isSuccess),
      });
    }
    if (claim.trigger === 'test' && settlement.status === 'succeeded') {
      endpoints.recordTest(state.endpointSeq, attempt.endedAt);
    }
    const canceled =
      disable === null || !isActive
        ? null
        : endpoints.disable(state.endpointSeq, disable, attempt.endedAt, pausedUntil);
    return {
      status,
      nextAttemptAt: status === 'pending' ? settlement.nextAttemptAt : null,
      disabled: canceled === null ? null : { reason: disable!, canceled },
    };
  };

  return {
    recallQuiet: quiet.recall,
    claim,
    settle,
    release: (claims) => {
      for (const { deliverySeq, owner, number } of claims) giveBack.run({ deliverySeq, owner, number });
      cancelStranded();
    },
  };
}

/** How many of the free slots an endpoint gets. */
function share(request: ClaimRequest, room: number, endpointId: string): number {
  const { roomAtEndpoint, underWay, reserved = 0, isSlow = () => false } = request;
  const busy = underWay(endpointId);
  const open = room - reserved > 0 ? room - reserved : busy === 0 && !isSlow(endpointId) ? 1 : 0;
  return Math.min(roomAtEndpoint - busy, open, room);
}

interface Lanes {
  /** The one that comes after the endpoint of this number. */
  after(endpointSeq: number, batch: string | undefined): Lane | undefined;
  due(endpointSeq: number, now: number, limit: number, batch: string | undefined): DueRow[];
  first(endpointSeq: number, batch: string | undefined): number | null;
}

/**
 * The waiting deliveries, endpoint by endpoint. From one endpoint to the next is one jump in the index, however many deliveries
 * wait at each: a dead endpoint's backlog is never read through.
 */
function prepareLanes(db: Database.Database, waiting: string): Lanes {
  const after = db.prepare<[object], Lane>(
    `select d.endpoint_seq as endpointSeq, d.due_at as dueAt from deliveries d
     where ${waiting} and d.endpoint_seq > @endpointSeq order by d.endpoint_seq, d.due_at limit 1`,
  );
  const due = db.prepare<[object], DueRow>(
    `select d.seq, d.id, d.claim, d."trigger", d.due_at as dueAt, d.resume_at as resumeAt, d.step, d.attempts,
       d.last_failure as lastFailure,
       v.id as eventId, iif(v.is_own_id, null, v.id) as sentId, v.event_type as eventType, m.body
     from deliveries d cross join events v on v.seq = d.event_seq cross join messages m on m.seq = d.message_seq
     where ${waiting}
       and d.endpoint_seq = @endpointSeq and d.due_at <= @now
     order by d.due_at limit @limit`,
  );
  const first = db.prepare<[object], number | null>(
    `select min(d.due_at) from deliveries d where ${waiting} and d.endpoint_seq = @endpointSeq`,
  );
  first.pluck();
  const of = (batch: string | undefined): object => (batch === undefined ? {} : { batch });
  return {
    after: (endpointSeq, batch) => after.get({ endpointSeq, ...of(batch) }),
    due: (endpointSeq, now, limit, batch) => due.all({ endpointSeq, now, limit, ...of(batch) }),
    first: (endpointSeq, batch) => first.get({ endpointSeq, ...of(batch) }) ?? null,
  };
}

function toClaim(row: DueRow, owner: number, endpoint: Claim['endpoint']): Claim {
  return {
    deliverySeq: row.seq,
    number: row.claim + 1,
    owner,
    deliveryId: row.id,
    endpoint,
    eventId: row.eventId,
    sentId: row.sentId,
    eventType: row.eventType,
    body: row.body,
    trigger: row.trigger,
    dueAt: row.dueAt,
    resumeAt: row.resumeAt,
    step: row.step,
    attempts: row.attempts,
    lastFailure: row.lastFailure,
  };
}
