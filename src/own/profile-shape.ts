import type { ProviderProfile } from '../providers/define.ts';
import type { Envelope, EventType } from '../providers/envelope.ts';
import type { DeliveryHeader, DisableRule, Pause, RetryHints, RetrySchedule } from '../providers/habits.ts';
import type { Handshake, HandshakeAnswer } from '../providers/handshake.ts';
import type { EndpointFilter, OtherSignature } from '../providers/provider.ts';
import {
  anything,
  choice,
  flag,
  given,
  integer,
  list,
  named,
  number,
  object,
  optional,
  orNull,
  record,
  required,
  sentence,
  text,
  type Shape,
} from './shape.ts';
import { DOTTED, HEADER, SIGNATURE } from './signature-shape.ts';

const YEAR = 31_536_000;
const NAME = text('a name', /\S/);
const PATH_OR_EMPTY = text('a dotted path, or empty text', /^$|^[^.\s]+(\.[^.\s]+)*$/);
const STATUS = integer(100, 599);
const RANGE: Shape = { is: 'pair', of: STATUS };
const STATUSES = named('statuses', () =>
  list({ is: 'either', due: 'a status or [from, to]', of: [STATUS, RANGE] }),
);
/** A character of a header's value is a byte. */
const HEADER_TEXT = text('text in one line that a header can hold', /^[\t\x20-\x7e\x80-\xff]*$/);
const HEADERS = record(HEADER_TEXT, HEADER);

const LOCATION: Shape = named('location', () => ({
  is: 'place',
  due: 'a place in the request',
  of: {
    body: object<{ body: string }>({
      body: required(DOTTED, 'Dotted path into the JSON body, where a number counts in an array'),
    }),
    header: object<{ header: string }>({ header: required(HEADER, 'A header') }),
    form: object<{ form: string }>({ form: required(NAME, 'A parameter of a form body') }),
    query: object<{ query: string }>({ query: required(NAME, 'A parameter of the query') }),
    keyBeside: object<{ keyBeside: string[] }>({
      keyBeside: required(list(text()), 'The first key of the body that is none of these'),
    }),
    join: object<{ join: unknown[]; with: string }>({
      join: required(list(LOCATION, 1), 'Places whose values are joined; all but the first may be missing'),
      with: required(text(), 'The text between them'),
    }),
  },
}));

const envelope = named('envelope', () =>
  object<Partial<Envelope>>({
    type: optional(
      list(LOCATION),
      "Where the event's type stands; the first place that holds something counts",
    ),
    id: optional(list(LOCATION), "Where the event's id stands"),
    time: optional(list(LOCATION), "Where the event's time stands"),
    endpointId: optional(list(LOCATION), 'Where the subscription is told that the delivery was made for'),
    data: optional(PATH_OR_EMPTY, 'Dotted path of the resource; empty where the whole body is the resource'),
    freshIds: optional(list(DOTTED), 'Dotted paths that get a fresh identifier in every forged event'),
    idLike: optional(NAME, "An id of the provider's make, where it stands in a header and in no body"),
    batch: optional(PATH_OR_EMPTY, 'Dotted path of the list of events, where one delivery can carry several'),
  }),
);

const eventType = named('eventType', () =>
  object<EventType>({
    name: required(text('a name without white space around it', /^\S(.*\S)?$/), 'The name: order.created'),
    description: required(sentence, 'What happened: an order was made'),
    payload: required(
      choice('documented', 'synthesized', 'synthetic'),
      "Whether the example is the provider's own, or made for a documented or an undocumented event type",
    ),
    example: optional(anything, 'The payload: JSON, or text that is taken as it is'),
    headers: optional(HEADERS, 'Headers that deliveries of this event type have besides'),
  }),
);

const SOURCES = choice(
  'eventType',
  'eventId',
  'endpointId',
  'deliveryId',
  'deliveryUuid',
  'attemptUuid',
  'attemptUnixSeconds',
  'attemptUnixMillis',
  'attemptIso8601',
  'attemptNumber',
  'retryNumber',
  'retryReason',
);

const header = named('header', () =>
  object<DeliveryHeader>({
    name: required(HEADER, 'Its name'),
    value: required(
      {
        is: 'place',
        due: '{ "text": … } or { "from": … }',
        of: {
          text: object<{ text: string }>({ text: required(HEADER_TEXT, 'Always the same') }),
          from: object<{ from: string; before?: string; after?: string; otherwise?: string }>({
            from: required(SOURCES, 'What it is filled with'),
            before: optional(text(), 'Only what stands before the first of this text'),
            after: optional(text(), 'Only what stands after the first of this text'),
            otherwise: optional(HEADER_TEXT, 'Sent where there is nothing to fill it with'),
          }),
        },
      },
      'What it holds: { "text": … } or { "from": "eventId" }',
    ),
    extra: optional(flag, 'Not sent by the provider; sent where extra headers are asked for'),
    assumed: optional(sentence, 'Why it had to be assumed'),
  }),
);

const hints = object<RetryHints>({
  statuses: required(
    { is: 'either', due: '"any" or a list of statuses', of: [choice('any'), list(STATUS)] },
    'Answers whose Retry-After counts',
  ),
  atMostSeconds: required(number(0, YEAR), 'Longer waits are cut to this'),
});

const retry = named('retry', () =>
  object<RetrySchedule>({
    delaysSeconds: required(list(number(0, YEAR)), 'Waits in seconds between the attempts'),
    jitter: optional(number(0, 10), 'Up to this fraction of a wait is added at random'),
    hints: optional(hints, 'What is made of Retry-After'),
    goneStatuses: optional(list(STATUS), 'Statuses after which the endpoint is disabled, such as 410'),
    finalStatuses: optional(STATUSES, 'Statuses after which a delivery is given up'),
    retryStatuses: optional(STATUSES, 'The only statuses that are tried again'),
    failures: optional(
      choice('all', 'connection', 'none'),
      'Which attempts without an answer are tried again',
    ),
    noRetryHeader: optional(
      object<{ name: string; value: string }>({
        name: required(HEADER, 'Its name'),
        value: required(HEADER_TEXT, 'Its value'),
      }),
      'An answer with this header is not tried again',
    ),
    reasons: optional(record(text()), "The provider's words for why an attempt failed, by outcome codes"),
  }),
);

const pause = object<Pause>({
  firstSeconds: required(number(0, YEAR), 'How long the first time'),
  factor: required(number(1, 1_000), 'By what it grows'),
  atMostSeconds: required(number(0, YEAR), 'The longest'),
  permanentStatuses: optional(STATUSES, 'Answers that disable for good instead'),
});

const counted = (unit: string): ReturnType<typeof object> =>
  object<Extract<DisableRule, { threshold: number }>>({
    unit: required(choice(unit), 'What is counted'),
    threshold: required(integer(1, 1_000_000), 'How many'),
    consecutive: required(flag, 'Whether a success sets the count back'),
    pause: optional(pause, 'Disabled only for a while'),
  });

const disable: Shape = named('disable', () => ({
  is: 'variant',
  key: 'unit',
  of: {
    retry: counted('retry'),
    attempt: counted('attempt'),
    delivery: counted('delivery'),
    time: object<Extract<DisableRule, { unit: 'time' }>>({
      unit: required(choice('time'), 'Nothing but failures for so long'),
      seconds: required(number(1, YEAR), 'How long'),
    }),
  },
}));

const otherSignature = object<OtherSignature>({
  name: required(text('a short name, such as v2', /^[a-z0-9][a-z0-9._-]*$/i), 'Short, for command lines'),
  description: required(sentence, 'What it is'),
  scheme: required(SIGNATURE, 'The signature'),
  headers: optional(list(header), 'Headers that requests signed so have besides'),
  sent: optional(flag, 'Sent along with the usual one'),
});

const plain: Shape = {
  is: 'either',
  due: 'text, a number, true or false',
  of: [text(), number(-Number.MAX_VALUE, Number.MAX_VALUE), flag],
};

const answer = named('answer', () =>
  object<HandshakeAnswer>({
    status: required(STATUS, 'The status of the answer'),
    headers: optional(HEADERS, 'Its headers'),
    body: optional({ is: 'either', due: 'text or an object', of: [text(), record(plain)] }, 'Its body'),
    contentType: optional(HEADER_TEXT, 'text/plain for text and application/json for an object unless given'),
  }),
);

const handshake = named('handshake', () =>
  object<Handshake>({
    name: required(NAME, 'As the provider calls it'),
    description: required(sentence, 'What it is for'),
    request: required(
      object<Handshake['request']>({
        method: required(choice('GET', 'POST', 'HEAD', 'OPTIONS'), 'Its method'),
        query: optional(record(text()), 'Its query'),
        headers: optional(HEADERS, 'Its headers'),
        body: optional(record(plain), 'Values at dotted paths of its JSON body'),
        form: optional(record(text()), 'Parameters of its form body'),
      }),
      'What the provider sends; {challenge} and the like stand for values it makes up',
    ),
    signed: required(flag, 'Whether it is signed as deliveries are'),
    respond: required(answer, 'What it has to be answered'),
    accepts: optional(list(answer), 'Other answers that the provider takes'),
    refuse: optional(STATUS, 'Answered where the verify token or the signature is wrong'),
    secret: optional(text(), "A value that is the endpoint's secret from then on, such as {token}"),
    withinMs: optional(number(1, 3_600_000), 'How soon the answer is due'),
    assumed: optional(sentence, 'Why it had to be assumed'),
  }),
);

const filter = object<EndpointFilter>({
  name: required(NAME, 'Its name'),
  description: required(sentence, 'What it lets pass'),
  places: required(
    list(
      object<EndpointFilter['places'][number]>({
        body: required(DOTTED, 'Dotted path into the JSON body'),
        eventTypes: optional(list(NAME), 'Only for these event types'),
      }),
      1,
    ),
    'Where an event holds the value',
  ),
  rememberedBy: optional(
    DOTTED,
    'Where an event has none of them: the value of an earlier one with the same here',
  ),
});

const endpoint = object<NonNullable<ProviderProfile['endpoint']>>({
  secret: optional(given(choice('generated', 'given')), 'Who makes the secret'),
  secretPrefix: optional(text(), 'What a generated secret begins with'),
  headers: optional(given(flag), 'Whether an endpoint can have headers of its own'),
  filters: optional(list(filter), 'Ways to narrow what an endpoint gets, besides event types'),
  enable: optional(
    given(choice('nothing', 'passed-test')),
    'What a disabled endpoint needs to be enabled again',
  ),
  log: optional(given({ is: 'function' }), "The delivery log in the provider's own shape (not in JSON)"),
});

/** What an id may be, as it is part of paths, environment variables and file names. */
const ID = text('lower-case letters, digits and -, with a letter first', /^[a-z][a-z0-9-]{0,62}$/);

/** `ProviderProfile`. */
export const PROFILE: Shape = named('provider', () =>
  object<ProviderProfile & { readonly $schema?: string }>({
    $schema: optional(text(), 'For editors'),
    id: required(ID, 'Its id on command lines: acme'),
    name: required(sentence, 'Its name for people: Acme'),
    stability: optional(choice('stable', 'draft'), "draft where the provider's documents are not final"),
    signature: required(given(SIGNATURE), 'How deliveries are signed'),
    signatureAssumptions: optional(list(sentence), 'What of the signature is assumed, one sentence each'),
    otherSignatures: optional(
      list(otherSignature),
      'Other ways of signing: older ones, or ones to be switched on',
    ),
    envelope: required(given(envelope), "Where an event's type, id and time stand"),
    generic: optional(flag, 'Whether it stands for a standard that several providers follow'),
    body: optional(choice('json', 'form'), 'What deliveries are written in'),
    escapesUnicode: optional(flag, 'Whether JSON is written in ASCII alone, other characters escaped'),
    headers: optional(list(header), 'Headers of deliveries besides the signature'),
    ownHeaders: optional(list(HEADER), 'What names of headers begin with that nobody else sends: x-acme-'),
    success: optional(given(list(RANGE, 1)), 'Statuses that acknowledge a delivery: [[200, 299]]'),
    deadlineMs: optional(given(orNull(number(1, 86_400_000))), 'How soon a consumer should answer'),
    timeoutMs: optional(given(number(1, 86_400_000)), 'How long the provider waits for an answer'),
    retry: optional(given(retry), 'What is tried again, and when'),
    disable: optional(given(orNull(disable)), 'What failures disable an endpoint'),
    ipRanges: optional(
      given(orNull(list(text('a CIDR range', /^[\da-f.:]+\/\d{1,3}$/i)))),
      'Where it sends from',
    ),
    https: optional(
      given(choice('required', 'in-production', 'not-required')),
      'Whether endpoints need HTTPS',
    ),
    endpoint: optional(endpoint, 'What an endpoint can have of its own'),
    handshakes: optional(list(handshake), 'What it sends to an endpoint before it delivers there'),
    events: required(list(eventType, 1), 'The event types'),
    fixtures: optional(
      text('a folder', /\S/),
      'The folder of its payloads, relative to the file that says so',
    ),
    notes: optional(list(sentence), 'Peculiarities worth knowing'),
  }),
);
