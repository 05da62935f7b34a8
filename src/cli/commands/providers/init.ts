import { UsageError } from '../../../errors.ts';
import { ALGORITHMS, draftProfile, ENCODINGS, headerOf, nameOf, type Answers } from '../../../own/draft.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import {
  declareDraft,
  declareEvents,
  freeFile,
  problemWithId,
  readAnswers,
  writeProvider,
  type DraftOptions,
  type NewProvider,
} from '../../new-provider.ts';
import { newProviderJson, renderNewProvider } from '../../render/new-provider.ts';

export default defineCommand<DraftOptions, NewProvider>({
  declare: (command) => {
    command.argument('[id]', 'what it is called on command lines: lower-case letters, digits and -');
    declareDraft(command);
    declareEvents(command);
    command.addHelpText(
      'after',
      `
Writes <id>.provider.json, to be completed in an editor, and names it in webhook.config.json. At a terminal it asks for what no
option says.

Examples:
  webhook-cli providers init acme
  webhook-cli providers init acme --header X-Acme-Signature --algorithm sha256 --prefix sha256= --event order.created
  webhook-cli providers init acme --algorithm token --header X-Acme-Token`,
    );
  },
  run: async (context, options, args) => {
    const id = await chooseId(context, args[0]);
    await freeFile(context, id);
    const answers = await complete(context, id, readAnswers(options));
    return writeProvider(context, draftProfile(id, answers, context.clock.now()), options);
  },
  render: renderNewProvider,
  json: newProviderJson,
});

async function chooseId(context: Context, given: string | undefined): Promise<string> {
  if (given === undefined && !context.interactive) {
    throw new UsageError('which id?', 'name the new provider, as in: webhook-cli providers init acme');
  }
  const validate = (text: string): true | string => problemWithId(text) ?? true;
  const id = given ?? (await (await context.prompt()).input('Its id on command lines?', { validate }));
  const problem = problemWithId(id);
  if (problem !== null) throw new UsageError(problem, 'such as acme, or acme-eu');
  return id;
}

/** Asks a person for what no option says; elsewhere the usual is taken. */
async function complete(context: Context, id: string, answers: Answers): Promise<Answers> {
  if (!context.interactive) return answers;
  const prompt = await context.prompt();
  const name = answers.name ?? (await prompt.input('Its name?', { initial: nameOf(id) }));
  const algorithm =
    answers.algorithm ??
    (await prompt.select(
      'How are deliveries signed?',
      ALGORITHMS.map((value) => ({ name: DESCRIPTIONS[value], value })),
    ));
  const isSigned = algorithm !== 'none';
  const isDigest = isSigned && algorithm !== 'token';
  const header =
    answers.header ??
    (isSigned ? await prompt.input('In which header?', { initial: headerOf(id, algorithm) }) : undefined);
  const encoding =
    answers.encoding ??
    (isDigest
      ? await prompt.select(
          'How is the signature written?',
          ENCODINGS.map((value) => ({ name: value, value })),
        )
      : undefined);
  const prefix =
    answers.prefix ??
    (isSigned ? await prompt.input('What stands before it, such as sha256=? (nothing)') : undefined);
  const events =
    answers.events ??
    (await prompt.input('Event types, between commas?', { initial: 'order.created, order.canceled' }))
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
  return { name, algorithm, header, encoding, prefix, events };
}

const DESCRIPTIONS: Readonly<Record<(typeof ALGORITHMS)[number], string>> = {
  sha256: 'HMAC-SHA256 (most providers)',
  sha1: 'HMAC-SHA1',
  sha384: 'HMAC-SHA384',
  sha512: 'HMAC-SHA512',
  token: 'not signed: the secret itself is sent in a header',
  none: 'not at all',
};
