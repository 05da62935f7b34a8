import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError, WebhookError } from '../errors.ts';
import type { Context } from './context.ts';

const STDERR = 2;

/**
 * Lets a person change a body in their editor. A line break at the end that the editor added is taken off again.
 * @throws {UsageError} where no editor is set; {WebhookError} where it fails.
 */
export async function editBody(context: Context, body: Uint8Array): Promise<Uint8Array> {
  const editor = context.env['VISUAL'] || context.env['EDITOR'];
  if (!editor)
    throw new UsageError(
      'no editor to edit with',
      'set EDITOR, such as EDITOR=nano; or use --set path=value',
    );
  const folder = await mkdtemp(join(tmpdir(), 'webhook-cli-'));
  const file = join(folder, 'body.json');
  try {
    await writeFile(file, body, { mode: 0o600 });
    await runEditor(context, editor, file);
    const edited = await readFile(file);
    const addedBreak = edited.at(-1) === 0x0a && body.at(-1) !== 0x0a;
    return addedBreak ? edited.subarray(0, -1) : edited;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runEditor(context: Context, editor: string, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Through the shell, since EDITOR may hold arguments: "code --wait".
    const child = spawn(`${editor} "$WEBHOOK_CLI_FILE"`, {
      shell: true,
      // What it prints on its way is no result of ours.
      stdio: ['inherit', STDERR, STDERR],
      env: { ...context.env, WEBHOOK_CLI_FILE: file },
    });
    const fail = (reason: string): void =>
      reject(
        new WebhookError('ERR_EDITOR', `the editor "${editor}" ${reason}`, {
          hint: 'nothing was sent; check EDITOR',
        }),
      );
    child.on('error', () => fail('could not be started'));
    child.on('exit', (code) => (code === 0 ? resolve() : fail(`ended with ${code ?? 'a signal'}`)));
  });
}
