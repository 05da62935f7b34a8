import { keyProblem } from '../engine/endpoint-secret.ts';
import { UsageError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import { hasContent } from '../signing/describe.ts';
import { usableKeys } from '../signing/match.ts';
import type { Secret, SignatureScheme } from '../signing/scheme.ts';
import { describeNoSecret } from '../signing/verdicts.ts';
import type { Context } from './context.ts';
import { givenSecrets, secretVariable } from './secrets.ts';

/** Why nothing of a provider can be verified with any of these secrets; null where something can, or there are none. */
export function secretProblem(provider: Provider, secrets: readonly Secret[]): string | null {
  const problems = secrets.map((secret) => problemOf(provider, secret));
  return problems.includes(null) ? null : (problems[0] ?? null);
}

/** In all of its ways of signing. */
function problemOf({ name, signature, otherSignatures }: Provider, secret: Secret): string | null {
  const schemes = [signature.value, ...otherSignatures.map(({ scheme }) => scheme)];
  const problems = schemes.map((scheme) => problemIn(scheme, name, secret));
  return problems.includes(null) ? null : problems[0]!;
}

function problemIn(scheme: SignatureScheme, name: string, secret: Secret): string | null {
  if (hasContent(scheme)) {
    return usableKeys(scheme, [secret]).length > 0 ? null : describeNoSecret(scheme, [secret]);
  }
  const problem = keyProblem(scheme, secret);
  return problem === null ? null : `${name} ${problem.message}`;
}

/**
 * Refuses secrets that were given for a provider which cannot use them, and warns of others that were set for one.
 * @throws {UsageError} `ERR_SECRET`
 */
export async function checkSecrets(
  context: Pick<Context, 'config' | 'env' | 'note' | 'secretsFor'>,
  options: Readonly<Record<string, unknown>>,
  provider: Provider | null,
  providers: readonly Provider[],
): Promise<void> {
  const given = givenSecrets(options);
  if (provider !== null && given.length > 0) {
    for (const secret of given) {
      const problem = secretProblem(provider, [secret]);
      if (problem !== null) {
        throw new UsageError(
          problem,
          `give the one that ${provider.name} shows for the endpoint`,
          'ERR_SECRET',
        );
      }
    }
    return;
  }
  if (given.length > 0) return;
  const secretsFor = await context.secretsFor();
  const { secrets: configured } = await context.config();
  const isOwn = ({ id }: Provider): boolean =>
    Boolean(context.env[secretVariable(id)]) || (!context.env['WEBHOOK_SECRET'] && id in configured);
  for (const one of provider === null ? providers.filter(isOwn) : [provider]) {
    const problem = secretProblem(one, secretsFor(one.id));
    if (problem !== null) context.note(`warning: nothing of ${one.name} can be verified: ${problem}`);
  }
}
