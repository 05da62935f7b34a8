import type { NamedSecret } from '../diagnosis/context.ts';
import { examine, type Examination } from '../diagnosis/diagnose.ts';
import { withoutKnown } from '../diagnosis/known-secrets.ts';
import type { RawRequest } from '../model/request.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { createSecrets } from './secrets.ts';

/** How many endpoints' secrets are looked at. */
const MOST_ENDPOINTS = 50;

interface DiagnoseOptions {
  /** Whose endpoints' secrets may have been meant; null where no database is open. */
  readonly store: Store | null;
  /** When the request came, in milliseconds since the Unix epoch. */
  readonly at: number;
  /** The URLs that the sender may have used, where they are known. */
  readonly urls?: readonly string[] | undefined;
}

/** Why a signature does not verify, with all that is known here. */
export async function diagnoseRequest(
  context: Context,
  request: RawRequest,
  provider: Provider,
  secrets: readonly Secret[],
  { store, at, urls }: DiagnoseOptions,
): Promise<Examination> {
  return examine(request, provider, secrets, {
    providers: (await context.providers()).all,
    secretsFor: await context.secretsFor(),
    otherSecrets: withoutKnown(secrets, [
      ...(await configuredSecrets(context, provider)),
      ...(store === null ? [] : await endpointSecrets(store, provider)),
    ]),
    now: at,
    urls,
  });
}

/** What is configured, whatever was given on the command line: this provider's first. */
async function configuredSecrets(
  { env, config, note, providers }: Context,
  { id }: Provider,
): Promise<readonly NamedSecret[]> {
  const { WEBHOOK_SECRET: shared, ...own } = env;
  const configured = createSecrets({}, own, (await config()).secrets, note);
  const { ids } = await providers();
  return [
    ...[id, ...ids.filter((other) => other !== id)].flatMap((name) =>
      configured(name).map((secret) => ({ name, secret })),
    ),
    ...(shared ? [{ name: 'WEBHOOK_SECRET', secret: shared }] : []),
  ];
}

async function endpointSecrets(store: Store, { id }: Provider): Promise<readonly NamedSecret[]> {
  const own = await store.endpoints.list({ provider: id }, { limit: MOST_ENDPOINTS });
  const all = await store.endpoints.list({}, { limit: MOST_ENDPOINTS });
  return [...own, ...all.filter(({ provider }) => provider !== id)].flatMap((endpoint) =>
    endpoint.secret === null ? [] : [{ name: endpoint.id, secret: endpoint.secret }],
  );
}
