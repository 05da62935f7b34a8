import { failed, passed, skipped, warned, type Check, type Finding } from '../model/check.ts';
import { formatDuration } from '../model/duration.ts';
import type { RawRequest } from '../model/request.ts';
import { locate, parseJsonBody } from '../providers/identify.ts';
import type { EventType, Provider } from '../providers/provider.ts';
import { randomSecret } from '../signing/keys.ts';
import { asReceived, type ContractContext, type NamedFinding } from './contract-context.ts';
import { checkHandshakes } from './contract-handshakes.ts';
import { checkSigning } from './contract-signing.ts';

/** An event as its receiver sees it. */
interface Seen {
  readonly name: string;
  readonly request: RawRequest;
  readonly json: unknown;
}

const LONGEST_SCHEDULE_SECONDS = 60 * 86_400;
const MOST_NAMED = 3;

/**
 * What every provider has to keep to, so that what is forged of it is found out to be its own and verifies. Nothing is sent.
 */
export async function checkProvider(provider: Provider, context: ContractContext): Promise<readonly Check[]> {
  const secret = randomSecret(provider.signature.value, context.randomBytes);
  const payloads = await tryEach(provider, (event) => context.payload(provider, event));
  const requests = await tryEach(provider, async (event) =>
    payloads.made.has(event.name) ? context.request(provider, event, secret) : null,
  );
  const forged = Array.from(requests.made).flatMap(([name, request]) =>
    request === null ? [] : [{ name, request }],
  );
  const seen = forged.map(({ name, request }): Seen => {
    return { name, request: asReceived(request), json: parseJsonBody(request.body) };
  });
  const findings: readonly NamedFinding[] = [
    ['payloads', 'every event type has a payload', checkPayloads(provider, payloads)],
    [
      'forging',
      'every event type can be forged',
      listed(requests.failed, 'look for what the signature signs, and whether the payloads have it'),
    ],
    ['event-type', 'an event tells its type', checkTypes(provider, seen)],
    ['event-id', 'an event tells its id', checkIds(provider, seen)],
    ['event-time', 'an event tells its time', checkTimes(provider, seen)],
    ...(forged[0] === undefined ? [] : checkSigning(provider, forged, secret, context)),
    ...checkHandshakes(provider, secret, context),
    ['schedule', 'attempts are made at sensible times', checkSchedule(provider)],
    [
      'notation',
      'payloads are written as JSON.stringify writes them',
      checkNotation(provider, payloads.made),
    ],
  ];
  return findings.map(([id, title, finding]) => ({
    id: id.replace(/[^A-Za-z0-9]+/g, '-'),
    title,
    durationMs: 0,
    ...finding,
  }));
}

interface Tried<T> {
  readonly made: ReadonlyMap<string, T>;
  readonly failed: readonly string[];
}

async function tryEach<T>({ events }: Provider, make: (event: EventType) => Promise<T>): Promise<Tried<T>> {
  const made = new Map<string, T>();
  const failures: string[] = [];
  for (const event of events) {
    try {
      made.set(event.name, await make(event));
    } catch (error) {
      failures.push(`${event.name}: ${(error as Error).message}`);
    }
  }
  return { made, failed: failures };
}

function checkPayloads({ body }: Provider, { made, failed: missing }: Tried<Uint8Array>): Finding {
  if (missing.length > 0)
    return listed(missing, 'give it an "example", or a file in the folder of "fixtures"');
  const broken =
    body === 'form' ? [] : Array.from(made).filter(([, bytes]) => parseJsonBody(bytes) === undefined);
  return listed(
    broken.map(([name]) => `${name} is not JSON`),
    'mend it, or say "body": "form"',
  );
}

function checkTypes({ envelope, events }: Provider, seen: readonly Seen[]): Finding {
  const places = envelope.value.type;
  if (places.length === 0) {
    return events.length === 1
      ? skipped('there is only one event type, and nothing in a request names it')
      : warned(
          'nothing in a request tells one event type from another',
          'say where the type stands: "envelope": { "type": [{ "body": "type" }] }',
        );
  }
  const wrong = seen.flatMap(({ name, request, json }) => {
    const told = locate(places, request, json);
    return told === name ? [] : [`${name} is taken for ${told === null ? 'none' : JSON.stringify(told)}`];
  });
  return listed(wrong, 'compare envelope.type with what the payload and the headers hold');
}

function checkIds({ envelope }: Provider, seen: readonly Seen[]): Finding {
  const { id: places, freshIds } = envelope.value;
  if (places.length === 0) return skipped('none is looked for: envelope.id is empty');
  const missing = seen.filter(({ request, json }) => locate(places, request, json) === null);
  if (missing.length > 0) {
    return listed(
      missing.map(({ name }) => `${name} has none`),
      'compare envelope.id with what the payload and the headers hold',
    );
  }
  const isFixed = places.some((place) => 'body' in place && !freshIds.includes(place.body));
  return isFixed && freshIds.length === 0
    ? warned(
        'it is the same in every forged event',
        'name its path in envelope.freshIds, so that apps do not take the second for the first again',
      )
    : passed();
}

function checkTimes({ envelope }: Provider, seen: readonly Seen[]): Finding {
  const { time: places } = envelope.value;
  if (places.length === 0) return skipped('none is looked for: envelope.time is empty');
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const { name, request, json } of seen) {
    const told = locate(places, request, json);
    if (told === null) missing.push(`${name} has none`);
    else if (!isTime(told)) wrong.push(`${name} has ${JSON.stringify(told)}, which is no time`);
  }
  const hint = 'compare envelope.time with what the payload and the headers hold';
  // Nothing depends on it, and some providers leave it out of some events.
  return wrong.length === 0 && missing.length > 0 ? warned(enumerate(missing), hint) : listed(wrong, hint);
}

function isTime(text: string): boolean {
  return /^\d{9,19}(\.\d+)?$/.test(text) || !Number.isNaN(Date.parse(text));
}

function checkSchedule({ retry, timeoutMs, deadlineMs }: Provider): Finding {
  const { delaysSeconds } = retry.value;
  const seconds = delaysSeconds.reduce((sum, delay) => sum + delay, 0);
  if (deadlineMs.value !== null && deadlineMs.value > timeoutMs.value) {
    return failed(
      `an answer may take ${formatDuration(deadlineMs.value)}, and is waited for ${formatDuration(timeoutMs.value)}`,
      'timeoutMs is at least deadlineMs',
    );
  }
  if (delaysSeconds.includes(0)) {
    return warned(
      'an attempt is made with no wait before it',
      'retry.delaysSeconds are the waits in seconds',
    );
  }
  return seconds > LONGEST_SCHEDULE_SECONDS
    ? warned(
        `the last attempt is made after ${formatDuration(seconds * 1_000)}`,
        'retry.delaysSeconds are the waits in seconds, each from the attempt before',
      )
    : passed();
}

function checkNotation({ body }: Provider, payloads: ReadonlyMap<string, Uint8Array>): Finding {
  if (body === 'form') return skipped('they are forms');
  const other = Array.from(payloads).flatMap(([name, bytes]) => {
    const json = parseJsonBody(bytes);
    return json === undefined || Buffer.from(bytes).equals(Buffer.from(JSON.stringify(json))) ? [] : [name];
  });
  return other.length === 0
    ? passed()
    : warned(
        `${enumerate(other)} ${other.length === 1 ? 'is' : 'are'} not: --keep-ids sends the bytes as they are, else they are written anew`,
        null,
      );
}

/** Passed where nothing is wrong. */
function listed(problems: readonly string[], hint: string): Finding {
  return problems.length === 0 ? passed() : failed(enumerate(problems), hint);
}

function enumerate(items: readonly string[]): string {
  const more = items.length - MOST_NAMED;
  return items.slice(0, MOST_NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
