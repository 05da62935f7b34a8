import { parseHeader } from '../../../model/header-line.ts';
import { printable } from '../../../model/printable.ts';
import { detect, type Detection } from '../../../providers/detect.ts';
import { parseJsonBody } from '../../../providers/identify.ts';
import { loadProviders } from '../../../providers/index.ts';
import { defineCommand } from '../../command.ts';
import { EXIT } from '../../exit-code.ts';
import { collect } from '../../options.ts';
import { pickCapture } from '../../pick.ts';
import { readBytes } from '../../read-body.ts';

interface DetectOptions {
  readonly header?: string[];
  readonly body?: string;
}

export default defineCommand<DetectOptions, readonly Detection[]>({
  declare: (command) => {
    command
      .argument('[capture]', 'which; last for the newest')
      .option('--header <header>', "'Name: value' of the request", collect)
      .option('--body <body>', 'its body: @file, - for stdin, or the text itself');
  },
  run: async (context, options, args) => {
    const headers = (options.header ?? []).map(parseHeader);
    const given = headers.length > 0 || options.body !== undefined;
    const request = given
      ? { method: 'POST', path: '/', headers, body: await readBytes(context, options.body ?? '') }
      : await pickCapture(context, await context.store(), args[0]);
    return detect(await loadProviders(), request, parseJsonBody(request.body));
  },
  render: (candidates, term) =>
    candidates.length === 0
      ? { err: 'no provider known here' }
      : term.table(
          ['PROVIDER', 'SCORE', 'EVIDENCE'],
          candidates.map(({ provider, score, evidence }) => [
            provider,
            String(score),
            evidence.map(printable).join('; '),
          ]),
        ),
  json: (candidates) => ({ candidates }),
  exitCode: (candidates) => (candidates.length === 0 ? EXIT.no : EXIT.done),
});
