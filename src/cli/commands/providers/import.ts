import { UsageError } from '../../../errors.ts';
import { importProfile } from '../../../own/openapi/import.ts';
import { defineCommand } from '../../command.ts';
import {
  declareDraft,
  freeFile,
  problemWithId,
  readAnswers,
  writeProvider,
  type DraftOptions,
  type NewProvider,
} from '../../new-provider.ts';
import { openDocument } from '../../openapi-document.ts';
import { newProviderJson, renderNewProvider } from '../../render/new-provider.ts';

interface ImportOptions extends DraftOptions {
  readonly id?: string;
}

export default defineCommand<ImportOptions, NewProvider>({
  declare: (command) => {
    command
      .argument('[file]', 'an OpenAPI document, JSON or YAML; - for stdin')
      .option('--id <id>', "what it is called on command lines; else made of the document's title");
    declareDraft(command);
    command.addHelpText(
      'after',
      `
Reads the webhooks of an OpenAPI 3.1 document (x-webhooks in 3.0), and writes <id>.provider.json with their event types and an
example of each: the document's own, or one made from its schema. Names it in webhook.config.json. Nothing is fetched.

Examples:
  webhook-cli providers import openapi.yaml
  webhook-cli providers import openapi.json --id acme --header X-Acme-Signature --prefix sha256=
  curl -s https://api.acme.example/openapi.json | webhook-cli providers import - --id acme`,
    );
  },
  run: async (context, options, [file]) => {
    if (file === undefined) {
      throw new UsageError('which document?', 'name an OpenAPI file, or - for stdin');
    }
    const answers = readAnswers(options);
    if (options.id !== undefined) {
      const problem = problemWithId(options.id);
      if (problem !== null) throw new UsageError(problem, 'such as acme, or acme-eu');
      await freeFile(context, options.id);
    }
    const { document, path, documents } = await openDocument(context, file);
    const { profile, notes } = await importProfile(document, path, documents, {
      ...answers,
      id: options.id,
    }).catch(naming(file === '-' ? 'stdin' : file));
    return writeProvider(context, profile, options, notes);
  },
  render: renderNewProvider,
  json: newProviderJson,
});

/** What is wrong with a document, with its name before it. */
function naming(file: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, error.hint ?? undefined, error.code);
  };
}
