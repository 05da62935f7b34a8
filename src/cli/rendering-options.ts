import { verificationKey } from '../engine/endpoint-secret.ts';
import { UsageError } from '../errors.ts';
import { BREAKAGES, type Breakage } from '../forge/break.ts';
import { parseHeader } from '../model/header-line.ts';
import type { Header } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import { mayBeUnsigned } from '../providers/signatures.ts';
import { formsOf } from '../signing/describe.ts';
import type { Secret, SignatureForm } from '../signing/scheme.ts';
import type { Context } from './context.ts';
import { needSecrets } from './pick.ts';

/** Null for what goes unsigned: as asked for, or where the provider lets it and no secret is given. */
export async function chooseSecret(
  context: Context,
  provider: Provider,
  options: { readonly unsigned?: boolean },
): Promise<Secret | null> {
  if (options.unsigned === true) return null;
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length === 0 && mayBeUnsigned(provider)) {
    if (provider.signature.value.kind !== 'none') {
      context.note(
        `not signed: ${provider.name} signs only where it has a secret, and none is given (--secret)`,
      );
    }
    return null;
  }
  const [secret, ...others] = await needSecrets(context, provider);
  if (others.length > 0) context.note(`signed with the first of ${others.length + 1} secrets`);
  noteBareKey(context, provider, secret!);
  return secret!;
}

/** Tells what an app verifies with, where it may have been given in place of the private key. */
export function noteBareKey({ note }: Pick<Context, 'note'>, provider: Provider, secret: Secret): void {
  const publicKey = isBareKey(secret) ? verificationKey(provider, secret) : null;
  if (publicKey !== null) {
    note(`the secret is taken for a private key; your app verifies with the public one, ${publicKey}`);
  }
}

/** Bytes that could be either key: an app's public one is easily given in place of the private one. */
function isBareKey(secret: Secret): boolean {
  return !Buffer.from(secret).includes('-----BEGIN');
}

export function chooseForm(provider: Provider, name: string | undefined): SignatureForm | undefined {
  if (name === undefined) return undefined;
  if (name !== 'bare' && name !== 'prefixed')
    throw new UsageError(`--signature-form takes bare or prefixed, not "${name}"`);
  const form = formsOf(provider.signature.value).find(({ prefix }) => (prefix === '') === (name === 'bare'));
  if (form === undefined) throw new UsageError(`${provider.name} has no ${name} form of its signature`);
  return form;
}

export function chooseSignature(provider: Provider, name: string | undefined): string | undefined {
  if (name === undefined || provider.otherSignatures.some((other) => other.name === name)) return name;
  const names = provider.otherSignatures.map((other) => other.name);
  throw new UsageError(
    `${provider.name} has no signature "${name}"`,
    names.length === 0 ? 'it has only its usual one' : `it has ${names.join(', ')} besides its usual one`,
  );
}

export function readBreakage(name: string | undefined): Breakage | undefined {
  const known = BREAKAGES.find((breakage) => breakage === name);
  if (name !== undefined && known === undefined) {
    throw new UsageError(`--break knows no "${name}"`, `it takes ${BREAKAGES.join(', ')}`);
  }
  return known;
}

/** How the request is printed instead of sent; null where it is sent. */
export function readPrint({
  print,
  dryRun,
}: {
  readonly print?: string;
  readonly dryRun?: boolean;
}): 'curl' | 'http' | null {
  if (print === undefined) return dryRun === true ? 'http' : null;
  if (print === 'curl' || print === 'http') return print;
  throw new UsageError(`--print takes curl or http, not "${print}"`);
}

export function forwardedFor({ forwardedFor: address }: { readonly forwardedFor?: string }): Header[] {
  return address === undefined ? [] : [parseHeader(`X-Forwarded-For: ${address}`)];
}
