import { contentName } from '../signing/describe.ts';
import { isBodyAlone } from '../signing/content.ts';
import type { ContentScheme } from '../signing/scheme.ts';
import type { RequestReader } from '../signing/signed-request.ts';
import { parseTime } from '../signing/time.ts';
import type { Cause } from './cause.ts';
import type { Change } from './prover.ts';

/** The same values put together in another way, or another text of one. */
export interface TemplateTrial extends Change {
  readonly cause: Cause;
  readonly fix: string;
}

/** How senders put a timestamp and a body together. */
const WITH_TIME = [
  '{timestamp}.{body}',
  '{timestamp}:{body}',
  '{timestamp}{body}',
  'v0:{timestamp}:{body}',
  '{timestamp}\n{body}',
  '{body}{timestamp}',
  '{body}.{timestamp}',
];

const WITH_URL = ['{url}{body}', '{path}{body}', '{method}{url}{body}'];

/**
 * What is often signed where a scheme signs more than the body: the body alone, the parts with another text between, a
 * timestamp in another unit. Templates come of the scheme alone.
 */
export function templateTrials(
  scheme: ContentScheme,
  reader: RequestReader,
  field: (name: string) => string | undefined,
): readonly [usual: readonly TemplateTrial[], rare: readonly TemplateTrial[]] {
  // What a secret is part of has no usual other way.
  if (isBodyAlone(scheme) || scheme.kind === 'digest') return [[], []];
  const content = scheme.content!;
  const due = contentName(scheme);
  const wrong = (template: string): TemplateTrial => ({
    cause: 'content-wrong',
    template,
    fix: `the sender signs ${template === '{body}' ? 'the body alone' : visible(template)}, and ${visible(due)} has to be signed`,
  });
  const others = (templates: readonly string[]): TemplateTrial[] =>
    templates.filter((template) => template !== content).map(wrong);
  const raw = content.replace(/\{body\|\w+\}/g, '{body}');
  const ids = Object.keys(scheme.values ?? {}).filter((name) => content.includes(`{${name}}`));
  const hasTime = scheme.timestamp !== undefined;
  const usual = [
    ...others(['{body}', ...(raw === content ? [] : [raw]), ...(hasTime ? WITH_TIME.slice(0, 1) : [])]),
    ...timeTrials(scheme, reader, field),
  ];
  const rare = others([
    ...(hasTime ? WITH_TIME.slice(1) : []),
    ...ids.flatMap((id) => [
      `{${id}}.{body}`,
      `{${id}}{body}`,
      ...(hasTime
        ? [`{timestamp}.{${id}}.{body}`, `{${id}}{timestamp}{body}`, `{${id}}.{timestamp}.{body}`]
        : []),
    ]),
    ...(/\{(?:url|path)\b/.test(content) ? WITH_URL : []),
  ]);
  return [usual, unique(rare)];
}

/** The timestamp as text in another unit than the request has it. */
function timeTrials(
  scheme: ContentScheme,
  reader: RequestReader,
  field: (name: string) => string | undefined,
): readonly TemplateTrial[] {
  const { timestamp } = scheme;
  if (timestamp === undefined) return [];
  const text = 'field' in timestamp.from ? field(timestamp.from.field) : reader.readText(timestamp.from);
  const ms = text === undefined ? null : parseTime(timestamp.format, text);
  // A date has an end.
  if (text === undefined || ms === null || ms > 8.64e15) return [];
  const seconds = String(Math.floor(ms / 1_000));
  const texts: readonly (readonly [what: string, text: string])[] = [
    ['in milliseconds', String(Math.floor(ms))],
    ['in seconds', seconds],
    ['in seconds, of what is here in milliseconds', text.slice(0, -3)],
    ['as ISO 8601', new Date(ms).toISOString()],
  ];
  return texts
    .filter(([, other]) => other !== text && other !== '')
    .map(([what, time]) => ({
      cause: 'content-timestamp',
      time,
      fix: `the timestamp was signed ${what}, and the request has it otherwise: sign the text that is sent, and verify the text that came`,
    }));
}

function unique(trials: readonly TemplateTrial[]): TemplateTrial[] {
  const seen = new Set<string>();
  return trials.filter(({ template = '' }) => !seen.has(template) && seen.add(template));
}

function visible(template: string): string {
  return template.replaceAll('\n', '\\n');
}
