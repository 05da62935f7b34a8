import type { CommandTable } from './command.ts';

/** Every command; a module is loaded when its command runs or its help is asked for. */
export const commands = {
  listen: {
    summary: 'receive webhooks: verify, keep, show, forward',
    load: () => import('./commands/listen.ts'),
  },
  send: {
    summary: "forge a provider's event, sign it and send it",
    load: () => import('./commands/send.ts'),
  },
  replay: {
    summary: 'send captures again, byte for byte or signed anew',
    load: () => import('./commands/replay.ts'),
  },
  verify: {
    summary: 'verify a capture, a file or standard input',
    load: () => import('./commands/verify.ts'),
  },
  wait: {
    summary: 'wait until what is expected has come in',
    load: () => import('./commands/wait.ts'),
  },
  run: {
    summary: 'run a command, such as a test suite, beside a receiver of its own',
    load: () => import('./commands/run.ts'),
  },
  smoke: {
    summary: 'check that an app handles what a provider sends, and refuses what it does not',
    load: () => import('./commands/smoke.ts'),
  },
  endpoints: {
    summary: 'where providers deliver to: create, list, test, enable',
    load: () => import('./commands/endpoints/index.ts'),
  },
  emit: {
    summary: 'publish an event to every endpoint that subscribes to it',
    load: () => import('./commands/emit.ts'),
  },
  deliveries: {
    summary: 'look through what went out, attempt by attempt; retry it',
    load: () => import('./commands/deliveries/index.ts'),
  },
  simulate: {
    summary: "a delivery's whole life on a virtual clock",
    load: () => import('./commands/simulate.ts'),
  },
  serve: {
    summary: 'run the delivery engine until stopped',
    load: () => import('./commands/serve.ts'),
  },
  ui: {
    summary: 'look at all of it in a browser',
    load: () => import('./commands/ui.ts'),
  },
  captures: {
    summary: 'look through what came in',
    load: () => import('./commands/captures/index.ts'),
  },
  providers: {
    summary: 'look up what providers send, and how they sign and retry',
    load: () => import('./commands/providers/index.ts'),
  },
  doctor: {
    summary: "find out why webhooks do not arrive: this machine, or an app's URL",
    load: () => import('./commands/doctor.ts'),
  },
  completion: {
    summary: 'completion for bash, zsh or fish',
    load: () => import('./commands/completion.ts'),
  },
} satisfies CommandTable;

type Paths<Table> = {
  [Name in keyof Table & string]: Table[Name] extends {
    load: () => Promise<{ readonly default: { readonly commands: infer Commands } }>;
  }
    ? Name | `${Name} ${Paths<Commands>}`
    : Name;
}[keyof Table & string];

/** The names of all commands, those of groups included: `captures`, `captures list`. */
export type CommandPath = Paths<typeof commands>;
