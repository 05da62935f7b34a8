import type { Attempt } from '../../src/model/attempt.ts';
import type { Endpoint } from '../../src/model/endpoint.ts';
import type {
  Claim,
  ClaimRequest,
  DeliveryStore,
  NewEvent,
  Plan,
  PlannedDelivery,
  Settlement,
  Store,
} from '../../src/store/store.ts';
import { attempt } from './captures.ts';

/** When everything in these tests happens, in milliseconds since the Unix epoch. */
export const NOON = Date.UTC(2026, 0, 1, 12);

let counter = 0;

/** Ids differ, and sort in the order of making. */
export function nextId(prefix: string): string {
  counter += 1;
  return `${prefix}_${String(counter).padStart(8, '0')}`;
}

/** An endpoint of which only what a test is about needs to be said. */
export function newEndpoint(about: Partial<Endpoint> = {}): Endpoint {
  return {
    id: nextId('ep'),
    provider: 'iverton',
    url: 'http://127.0.0.1:1/',
    eventTypes: ['*'],
    secret: 'whsec_test',
    headers: [],
    filters: {},
    timeoutMs: null,
    retryCount: null,
    retryDelayMs: null,
    delaysMs: null,
    status: 'active',
    disabledReason: null,
    disabledAt: null,
    testedAt: null,
    failures: 0,
    failingSince: null,
    pausedUntil: null,
    pauses: 0,
    createdAt: NOON,
    updatedAt: NOON,
    ...about,
  };
}

export function newEvent(about: Partial<NewEvent> = {}): NewEvent {
  return {
    id: nextId('evt'),
    isOwnId: false,
    provider: 'iverton',
    eventType: 'deal.won',
    createdAt: NOON,
    batch: null,
    ...about,
  };
}

/** One delivery to each endpoint of the provider, or to the named ones, all with one body. */
export function planned(about: Partial<PlannedDelivery> = {}, to?: readonly string[]): Plan {
  const body = Buffer.from('{}');
  return (endpoints) =>
    endpoints
      .filter(({ id }) => to === undefined || to.includes(id))
      .map(({ id }) => ({
        endpointId: id,
        id: nextId('dlv'),
        body,
        discarded: null,
        trigger: 'scheduled' as const,
        dueAt: NOON,
        ...about,
      }));
}

/** Publishes an event with one delivery to one endpoint, and resolves with the delivery's id. */
export async function deliverTo(
  { deliveries }: Pick<Store, 'deliveries'>,
  endpoint: Endpoint,
  about: Partial<PlannedDelivery> = {},
  event: Partial<NewEvent> = {},
): Promise<string> {
  const [delivery] = await deliveries.publish(
    newEvent({ provider: endpoint.provider, ...event }),
    planned(about, [endpoint.id]),
  );
  return delivery!.id;
}

/** A request for all that is due at noon. */
export function wanting(owner: number, about: Partial<ClaimRequest> = {}): ClaimRequest {
  return { owner, now: NOON, room: 1_000, roomAtEndpoint: 1_000, underWay: () => 0, ...about };
}

/** An attempt as an engine settles it. */
export function ended(
  about: Partial<Attempt> = {},
  endedAt = NOON + 10,
): Attempt & { readonly id: string; readonly endedAt: number } {
  return { ...attempt({ trigger: 'scheduled', startedAt: NOON, ...about }), id: nextId('atm'), endedAt };
}

const NONE = { delivery: 0, endpoint: 0 };

export const succeeded = (): Settlement => ({
  status: 'succeeded',
  nextAttemptAt: null,
  failures: NONE,
  disable: null,
});

export const failed = (disable: string | null = null): Settlement => ({
  status: 'failed',
  nextAttemptAt: null,
  failures: NONE,
  disable,
});

export const againAt = (nextAttemptAt: number): Settlement => ({
  status: 'pending',
  nextAttemptAt,
  failures: NONE,
  disable: null,
});

/** Claims the one delivery that is due. */
export async function claimOne(
  deliveries: DeliveryStore,
  owner: number,
  about: Partial<ClaimRequest> = {},
): Promise<Claim> {
  const { claims } = await deliveries.claim(wanting(owner, about));
  if (claims.length !== 1) throw new Error(`${claims.length} deliveries were due, not one`);
  return claims[0]!;
}

/** Enters an engine that nothing excludes, and resolves with its number. */
export async function enterEngine({ engines }: Pick<Store, 'engines'>, pid = 4_000_001): Promise<number> {
  const registered = await engines.register(
    { clock: 'real', host: 'here', pid, processStarted: 1 },
    () => false,
  );
  if ('excludedBy' in registered) throw new Error('an engine excludes this one');
  return registered.seq;
}
