import { UsageError } from '../../../errors.ts';
import { parseHeader } from '../../../model/header-line.ts';
import { printable } from '../../../model/printable.ts';
import type { RawRequest } from '../../../model/request.ts';
import { detect, type Detection } from '../../../providers/detect.ts';
import { parseJsonBody } from '../../../providers/identify.ts';
import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-code.ts';
import { collect } from '../../options.ts';
import { readRequest, REQUEST_ALONE, REQUEST_OPTION, WHICH_HINT } from '../../pasted-request.ts';
import { pickCapture } from '../../pick.ts';
import { readBytes } from '../../read-body.ts';

interface DetectOptions {
  readonly request?: string;
  readonly header?: string[];
  readonly body?: string;
}

export default defineCommand<DetectOptions, readonly Detection[]>({
  declare: (command) => {
    command
      .argument('[capture]', 'which; last for the newest')
      .option('--header <header>', "'Name: value' of the request", collect)
      .option('--body <body>', 'its body: @file, - for stdin, or the text itself')
      .option(...REQUEST_OPTION)
      .addHelpText(
        'after',
        `
Examples:
  webhook-cli providers detect last
  pbpaste | webhook-cli providers detect --request -
  webhook-cli providers detect --header 'X-Webhook-Signature: …' --body @body.json`,
      );
  },
  run: async (context, options, args) => {
    const request = await chooseRequest(context, options, args[0]);
    const json = parseJsonBody(request.body);
    return detect((await context.providers()).all, request, json, await context.secretsFor());
  },
  render: (candidates, term) => {
    const isHint = !candidates.some(({ sure }) => sure);
    return candidates.length === 0
      ? { err: 'no provider known here' }
      : term.table(
          ['PROVIDER', 'SCORE', 'EVIDENCE'],
          candidates.map(({ provider, score, evidence }) => [
            provider,
            String(score),
            evidence.map(printable).join('; ') + (isHint ? '; only a hint' : ''),
          ]),
        );
  },
  json: (candidates) => ({ candidates }),
  exitCode: (candidates) => (candidates.length === 0 ? EXIT.no : EXIT.done),
});

async function chooseRequest(
  context: Context,
  options: DetectOptions,
  id: string | undefined,
): Promise<RawRequest> {
  const headers = (options.header ?? []).map(parseHeader);
  const given = headers.length > 0 || options.body !== undefined;
  if (options.request !== undefined && (given || id !== undefined)) throw new UsageError(...REQUEST_ALONE);
  if (given)
    return { method: 'POST', path: '/', headers, body: await readBytes(context, options.body ?? '') };
  if (options.request !== undefined) {
    const { remarks, ...request } = await readRequest(context, options.request);
    for (const remark of remarks) context.note(remark);
    return request;
  }
  if (id === undefined && !context.interactive) throw new UsageError('which capture?', WHICH_HINT);
  return pickCapture(context, await context.store(), id);
}
