import { NotFoundError, UsageError } from '../errors.ts';
import type { Capture, CaptureSummary } from '../model/capture.ts';
import { printable } from '../model/printable.ts';
import { isTarget, parseTarget } from '../model/target.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../signing/scheme.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { age } from './render/capture.ts';
import { secretVariable } from './secrets.ts';

/** The capture of that id, or the newest for `last`. */
export async function findCapture(store: Store, id: string): Promise<Capture> {
  const capture = id === 'last' ? await store.captures.latest() : await store.captures.get(id);
  if (capture !== null) return capture;
  throw id === 'last'
    ? new NotFoundError('there are no captures yet', 'receive some with: webhook-cli listen')
    : new NotFoundError(
        `there is no capture ${id}`,
        'see them with: webhook-cli captures list (or name the newest: last)',
      );
}

/** A capture named as an argument, or chosen by a person at a terminal. */
export async function pickCapture(context: Context, store: Store, id: string | undefined): Promise<Capture> {
  if (id !== undefined) return findCapture(store, id);
  if (!context.interactive) {
    throw new UsageError(
      'which capture?',
      'name one, or last for the newest; see them with: webhook-cli captures list',
    );
  }
  const { captures } = await store.captures.list({}, { limit: 50 });
  if (captures.length === 0) return findCapture(store, 'last');
  const now = context.clock.now();
  const choices = captures.map((capture) => ({ name: describe(capture, now), value: capture.id }));
  return findCapture(store, await (await context.prompt()).select('Which capture?', choices));
}

export async function pickProvider(context: Context, id: string | undefined): Promise<Provider> {
  if (id !== undefined) return (await context.providers()).get(id);
  if (!context.interactive) {
    throw new UsageError('which provider?', 'name one; see them with: webhook-cli providers list');
  }
  const { all } = await context.providers();
  const choices = all.map((provider) => ({
    name: `${provider.id}  ${provider.name}`,
    value: provider,
  }));
  return (await context.prompt()).select('Which provider?', choices);
}

export async function pickEventType(context: Context, provider: Provider): Promise<string> {
  if (!context.interactive) {
    throw new UsageError(
      'which event type?',
      `name one, or give --all; see them with: webhook-cli providers show ${provider.id}`,
    );
  }
  const choices = provider.events.map(({ name, description }) => ({ name, value: name, description }));
  return (await context.prompt()).select('Which event type?', choices);
}

/** Where `listen` listens unless told otherwise. */
export const LISTENING = 'http://127.0.0.1:4400/';

/** Where to send to: as given with --to, or asked for. */
export async function pickTarget(context: Context, to: string | undefined): Promise<URL> {
  if (to !== undefined) return parseTarget(to, '--to');
  if (!context.interactive) {
    throw new UsageError('where to?', 'give a URL with --to, such as --to http://localhost:3000/webhooks');
  }
  const answer = await (
    await context.prompt()
  ).input('Where to?', { initial: LISTENING, validate: (text) => isTarget(text) || 'write a URL' });
  return parseTarget(answer, '--to');
}

/** The secrets to work with, at least one. */
export async function needSecrets(context: Context, provider: Provider): Promise<readonly Secret[]> {
  const secrets = (await context.secretsFor())(provider.id);
  if (secrets.length > 0) return secrets;
  if (context.interactive) return [await (await context.prompt()).secret(`Secret of ${provider.name}?`)];
  throw new UsageError(
    `no secret for ${provider.id}`,
    `give one with --secret, --secret-file, ${secretVariable(provider.id)} or WEBHOOK_SECRET`,
    'ERR_NO_SECRET',
  );
}

function describe(
  { receivedAt, provider, eventType, method, path, id }: CaptureSummary,
  now: number,
): string {
  const what = [provider, eventType ?? `${method} ${path}`].filter((part) => part !== null).join(' ');
  return printable(`${what}  ${age(receivedAt, now)}  ${id}`);
}
