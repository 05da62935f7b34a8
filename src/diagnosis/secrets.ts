import { createPublicKey, type KeyObject } from 'node:crypto';
import { hmacKey, privateKey } from '../signing/keys.ts';
import type { AsymmetricScheme, ContentScheme, HmacScheme, Secret } from '../signing/scheme.ts';
import type { Cause } from './cause.ts';
import { keyOf, type Key } from './prover.ts';
import { bareOf, textOf, whitespace, type TextTrial } from './secret-text.ts';

/** Another key that may have been meant. */
export interface SecretTrial {
  readonly cause: Cause;
  readonly key: Key;
  readonly fix: string;
}

const PREFIX = 'whsec_';
/** As copied out of an .env file, or with the version that stands before signatures. */
const LABEL = /^(?:export\s+)?(?:[A-Z][A-Z0-9_]{0,63}=|v1,)/;

/** What is most often meant by a secret. None equals it, none is empty. */
export function usualSecretTrials(scheme: ContentScheme, secret: Secret): readonly SecretTrial[] {
  if (scheme.kind === 'asymmetric') return privateTrials(scheme, secret);
  const text = textOf(secret);
  if (text === null) return [];
  if (scheme.kind === 'hmac' && scheme.key !== undefined) return formedTrials(scheme, secret, text);
  return usualTexts(text)
    .filter((trial) => trial.secret.length > 0 && trial.secret !== text)
    .map(({ cause, secret: key, fix }) => ({ cause, key, fix }));
}

/** For schemes that take the text as it is. */
function usualTexts(text: string): readonly TextTrial[] {
  const bare = bareOf(text);
  const stripped = bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : null;
  return [
    whitespace(text, bare),
    stripped === null
      ? {
          cause: 'secret-prefix' as const,
          secret: PREFIX + bare,
          fix: `the secret lacks its ${PREFIX}, which is part of it here: configure it whole`,
        }
      : {
          cause: 'secret-prefix' as const,
          secret: stripped,
          fix: `the sender signs with what follows ${PREFIX} in the secret: configure that part alone`,
        },
    ...decoded(stripped ?? bare),
  ];
}

/** For schemes that decode the text, whose senders may forget to, or take it for another encoding. */
function formedTrials(scheme: HmacScheme, secret: Secret, text: string): readonly SecretTrial[] {
  const { strip = '', encoding } = scheme.key!;
  const bare = bareOf(text);
  const stripped = strip !== '' && bare.startsWith(strip) ? bare.slice(strip.length) : bare;
  const due = `${encoding === 'utf8' ? 'taken as it is' : `${encoding}-decoded`}${strip === '' ? '' : ` after ${strip}`}`;
  const trials: { cause: Cause; key: Key | null; fix: string }[] = [
    { ...whitespace(text, bare), key: hmacKey(scheme, bare) },
    {
      cause: 'secret-encoding',
      key: bare,
      fix: `the sender signs with the secret's text as it stands, and it has to be ${due}: both ends must do the same`,
    },
    {
      cause: 'secret-encoding',
      key: stripped,
      fix: `the sender signs with the text after ${strip} without decoding it: it has to be ${due}`,
    },
    ...(['base64', 'hex'] as const)
      .filter((other) => other !== encoding && (other === 'base64' ? BASE64 : HEX).test(stripped))
      .map((other) => ({
        cause: 'secret-encoding' as const,
        key: Buffer.from(stripped, other),
        fix: `the sender ${other}-decodes the secret, and it has to be ${due}: both ends must do the same`,
      })),
    ...(strip === '' || stripped !== bare
      ? []
      : [
          {
            cause: 'secret-prefix' as const,
            key: hmacKey(scheme, strip + bare),
            fix: `the secret lacks its ${strip}: configure it whole`,
          },
        ]),
  ];
  return distinct(scheme, secret, trials);
}

/** A private key where the public one is due: both may be 32 bytes. */
function privateTrials(scheme: AsymmetricScheme, secret: Secret): readonly SecretTrial[] {
  const held = privateKey(scheme, secret);
  if (held === null) return [];
  const key = publicHalf(held);
  const fix =
    'it is signed with what was given here, used as a private key: configure the public key here, and give the sender the private one';
  return key === null ? [] : distinct(scheme, secret, [{ cause: 'secret-encoding', key, fix }]);
}

function publicHalf(key: KeyObject): KeyObject | null {
  try {
    return createPublicKey(key);
  } catch {
    return null;
  }
}

/** Each key once, and neither the one in use nor an empty one. */
function distinct(
  scheme: ContentScheme,
  secret: Secret,
  trials: readonly { readonly cause: Cause; readonly key: Key | null; readonly fix: string }[],
): SecretTrial[] {
  const inUse = keyOf(scheme, secret);
  const seen = new Set(inUse === null ? [] : [bytesOf(inUse)]);
  return trials.flatMap(({ cause, key, fix }) => {
    const bytes = key === null ? '' : bytesOf(key);
    if (key === null || bytes === '' || seen.has(bytes)) return [];
    seen.add(bytes);
    return [{ cause, key, fix }];
  });
}

function bytesOf(key: Key): string {
  if (typeof key === 'string') return Buffer.from(key).toString('latin1');
  if (key instanceof Uint8Array) return Buffer.from(key).toString('latin1');
  return key.export({ format: 'der', type: 'spki' }).toString('latin1');
}

/** What else may be meant by it, likeliest first. */
export function* rareSecretTrials(scheme: ContentScheme, secret: Secret): Generator<SecretTrial> {
  if (scheme.kind === 'asymmetric') return;
  for (const { cause, secret: other, fix } of rareTexts(secret)) {
    const key = typeof other === 'string' ? keyOf(scheme, other) : other;
    if (key !== null) yield { cause, key, fix };
  }
}

function* rareTexts(secret: Secret): Generator<TextTrial> {
  const text = textOf(secret);
  if (text !== null) {
    const bare = bareOf(text);
    const label = LABEL.exec(bare)?.[0];
    const labelled = label === undefined ? '' : bareOf(bare.slice(label.length));
    if (labelled !== '') {
      const fix = 'the secret starts with a name or version that is no part of it: configure what follows';
      yield { cause: 'secret-prefix', secret: labelled, fix };
    }
    yield {
      cause: 'secret-whitespace',
      secret: `${text}\n`,
      fix: 'the sender signs with a newline at the end of its secret: remove it there (printf %s instead of echo)',
    };
    const joined = bare.replace(/\s+/g, '');
    if (joined !== bare) {
      const fix =
        'the secret has white space within, as when it is copied over two lines: configure it without';
      yield { cause: 'secret-whitespace', secret: joined, fix };
    }
    const inner = Buffer.from(bare, 'base64').toString('latin1');
    if (BASE64.test(bare) && inner.trim() !== inner && inner.trim() !== '') {
      const fix = 'the secret is the base64 of the real one and a newline: decode it, and remove the newline';
      yield { cause: 'secret-encoding', secret: Buffer.from(inner.trim(), 'latin1'), fix };
    }
  }
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret);
  for (const encoding of ['hex', 'base64'] as const) {
    yield {
      cause: 'secret-encoding',
      secret: Buffer.from(bytes.toString(encoding)),
      fix: `the sender signs with the ${encoding} text of this secret, not with its bytes: configure that text`,
    };
  }
}

/** Texts that may have been meant by a secret that is compared as it is. */
export function tokenTrials(secret: Secret): readonly TextTrial[] {
  const text = textOf(secret);
  if (text === null) return [];
  const bare = bareOf(text);
  const label = LABEL.exec(bare)?.[0];
  const fix = 'the secret starts with a name that is no part of it: configure what follows';
  return [
    whitespace(text, bare),
    ...(label === undefined
      ? []
      : [{ cause: 'secret-prefix' as const, secret: bareOf(bare.slice(label.length)), fix }]),
  ].filter(({ secret: other }) => other !== text && other.length > 0);
}

/** The bytes behind `whsec_` or behind nothing, as Standard Webhooks has them. */
export function standardKey(secret: Secret): Buffer | null {
  const text = textOf(secret);
  if (text === null) return null;
  const bare = bareOf(text);
  const key = Buffer.from(bare.startsWith(PREFIX) ? bare.slice(PREFIX.length) : bare, 'base64');
  return key.length === 0 ? null : key;
}

const BASE64 = /^[\w+/-]+={0,2}$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;

function decoded(text: string): readonly TextTrial[] {
  const trials: TextTrial[] = [];
  if (BASE64.test(text)) {
    trials.push({
      cause: 'secret-encoding',
      secret: Buffer.from(text, 'base64'),
      fix: 'the sender base64-decodes the secret first, as Standard Webhooks does after whsec_: both ends must do the same',
    });
  }
  if (HEX.test(text)) {
    trials.push({
      cause: 'secret-encoding',
      secret: Buffer.from(text, 'hex'),
      fix: 'the sender hex-decodes the secret first: both ends must do the same',
    });
  }
  return trials;
}
