import type { EventType, Location, ProviderProfile } from '../../providers/provider.ts';
import { nameOf, type Answers } from '../draft.ts';
import { asObject, asText, createReferences, problem, type Documents, type Json } from './document.ts';
import { createSampler } from './sample.ts';
import { deliveryHeaders, signatureOf, typeHeaderOf } from './headers.ts';
import { readWebhooks, type Webhook } from './webhooks.ts';

export interface Imported {
  readonly profile: ProviderProfile;
  /** What was left out or taken for granted, one sentence each. */
  readonly notes: readonly string[];
}

interface ImportOptions extends Answers {
  readonly id?: string | undefined;
}

/** An event type with its example. */
interface Candidate {
  readonly webhook: Webhook;
  readonly description: string | null;
  readonly sample: unknown;
}

const CONTENT_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };
/** Where a type usually stands, best first. */
const TYPES = [
  'type',
  'event',
  'event_type',
  'eventType',
  'event_name',
  'eventName',
  'topic',
  'action',
  'kind',
  'name',
];
const IDS = ['id', 'event_id', 'eventId', 'uuid', 'delivery_id', 'deliveryId'];
const TIMES = [
  'created_at',
  'createdAt',
  'timestamp',
  'time',
  'occurred_at',
  'occurredAt',
  'created',
  'sent_at',
  'sentAt',
  'date',
];
const RESOURCES = ['data', 'payload', 'resource', 'object'];

/**
 * A provider's profile from the webhooks of an OpenAPI document.
 * @throws {UsageError} `ERR_OPENAPI` where there are none, or the document refers to what is not there.
 */
export async function importProfile(
  document: unknown,
  file: string,
  documents: Documents,
  options: ImportOptions,
): Promise<Imported> {
  const notes: string[] = [];
  const references = createReferences(documents);
  const root = references.keep(file, document);
  const tools = {
    references,
    sampler: createSampler(references),
    note: (text: string) => void notes.push(text),
  };
  const webhooks = await readWebhooks(root, tools);
  const info = asObject(asObject(document)?.['info']) ?? {};
  const title = asText(info['title']) ?? '';
  const id = options.id ?? idOf(title);
  if (id === '') throw problem('the document has no title to make an id of', 'give one with --id');

  const headers = webhooks.flatMap((webhook) => webhook.headers);
  const all = webhooks.flatMap(candidatesOf);
  if (all.length === 0) throw problem('no webhook of the document has a body that can be made');
  const key = discriminatorOf(all);
  const candidates = key === null ? oneEach(all, notes) : all;
  const body = candidates.some(({ webhook }) => webhook.kind === 'form') ? 'form' : 'json';
  const typeHeader = key === null ? typeHeaderOf(id, headers) : null;
  const events = unique(candidates, key).map(([name, candidate]) => eventOf(name, candidate, body));
  for (const { name, method } of webhooks) {
    if (method !== 'POST') notes.push(`${name} is said to come by ${method}; what is forged comes by POST`);
  }

  const type: Location[] = key === null ? [{ header: typeHeader!.name }] : placesOf(key, candidates);
  const samples = candidates.map(({ sample }) => asObject(sample)).filter((sample) => sample !== undefined);
  const idKey = IDS.find((one) => samples.every((sample) => isScalar(sample[one])));
  const timeKey = TIMES.find((one) => samples.every((sample) => isTime(sample[one])));
  const objects = candidates
    .filter(({ webhook }) => webhook.kind === 'json')
    .map(({ sample }) => asObject(sample));
  const data = RESOURCES.find(
    (one) => objects.length > 0 && objects.every((json) => asObject(json?.[one]) !== undefined),
  );
  const signature = signatureOf(id, headers, options);
  notes.push(...(signature.note === null ? [] : [signature.note]));
  if (typeHeader?.isAssumed === true) {
    notes.push(`no property tells the type of an event, so that ${typeHeader.name} is assumed to hold it`);
  }
  const value = {
    type,
    id: idKey === undefined ? [] : placesOf(idKey, candidates),
    time: timeKey === undefined ? [] : placesOf(timeKey, candidates),
    data: data ?? '',
    freshIds: idKey === undefined ? [] : [idKey],
  };
  const delivery = deliveryHeaders(headers, signature.header, typeHeader);
  return {
    profile: {
      id,
      name: options.name ?? (title === '' ? nameOf(id) : title.replace(/\s+/g, ' ').trim()),
      signature: signature.value,
      envelope: { value, assumed: 'where its parts stand is told by their names in the OpenAPI document' },
      ...(body === 'form' ? { body } : {}),
      ...(delivery.length === 0 ? {} : { headers: delivery }),
      events,
    },
    notes,
  };
}

/** `Acme Orders API` as `acme-orders`. */
function idOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/\b(api|webhooks?|openapi|the)\b/g, ' ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

/** Each variant of a webhook; where its schema lists several values for what may be the type, one for each. */
function candidatesOf(webhook: Webhook): Candidate[] {
  return webhook.variants.flatMap(({ sample, description, alternatives }) => {
    const object = asObject(sample);
    const key = TYPES.find((one) => (alternatives[one]?.length ?? 0) > 1);
    if (object === undefined || key === undefined) return [{ webhook, description, sample }];
    return alternatives[key]!.map((value) => ({ webhook, description, sample: { ...object, [key]: value } }));
  });
}

/** The property whose text tells every event from the others; null where none does. */
function discriminatorOf(candidates: readonly Candidate[]): string | null {
  const said = candidates.flatMap(({ webhook }) =>
    webhook.variants.flatMap(({ discriminator }) => discriminator?.property ?? []),
  );
  const [only] = candidates;
  // One alone is told from nothing: its text has to be meant as a type.
  const fixed = (key: string): boolean =>
    candidates.length > 1 ||
    asObject(only!.sample)?.[key] === only!.webhook.name ||
    candidates[0]!.webhook.variants.some(({ alternatives }) => alternatives[key] !== undefined);
  return (
    [...new Set([...said, ...TYPES])].find((key) => {
      const values = candidates.map(({ sample }) => asObject(sample)?.[key]);
      const isWhole = values.every(
        (value) => typeof value === 'string' && value !== '' && value.trim() === value,
      );
      return isWhole && fixed(key) && new Set(values).size === values.length;
    }) ?? null
  );
}

/** Where nothing in the body tells variants apart, a webhook is one event type. */
function oneEach(candidates: readonly Candidate[], notes: string[]): Candidate[] {
  const kept = candidates.filter(
    ({ webhook }, index) => candidates.findIndex((other) => other.webhook === webhook) === index,
  );
  if (kept.length < candidates.length) {
    notes.push('where a webhook has several bodies that nothing tells apart, the first is its example');
  }
  return kept;
}

function unique(candidates: readonly Candidate[], key: string | null): [string, Candidate][] {
  return candidates.map((candidate) => [
    key === null ? candidate.webhook.name.trim() : String(asObject(candidate.sample)![key]),
    candidate,
  ]);
}

function eventOf(
  name: string,
  { webhook, description, sample }: Candidate,
  body: 'json' | 'form',
): EventType {
  const words = description ?? webhook.description ?? name;
  const isOther = webhook.kind !== body;
  return {
    name,
    description: words.split('\n')[0]!.trim().slice(0, 200) || name,
    payload: 'synthesized',
    example: webhook.kind === 'form' ? asForm(asObject(sample) ?? {}) : sample,
    ...(isOther ? { headers: { 'Content-Type': CONTENT_TYPES[webhook.kind] } } : {}),
  };
}

function asForm(sample: Json): string {
  const pairs = Object.entries(sample).flatMap(([name, value]) =>
    [value]
      .flat()
      .map((one): [string, string] => [name, typeof one === 'object' ? JSON.stringify(one) : String(one)]),
  );
  return new URLSearchParams(pairs).toString();
}

function placesOf(key: string, candidates: readonly Candidate[]): Location[] {
  const kinds = new Set(candidates.map(({ webhook }) => webhook.kind));
  return [...(kinds.has('json') ? [{ body: key }] : []), ...(kinds.has('form') ? [{ form: key }] : [])];
}

function isScalar(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

function isTime(value: unknown): boolean {
  if (typeof value === 'number') return value > 1e8;
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value));
}
