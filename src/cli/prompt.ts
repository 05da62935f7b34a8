import { WebhookError } from '../errors.ts';
import { CANCELLED } from './exit-code.ts';

/** Questions to a person at a terminal. Asked on stderr, so that stdout stays for results. */
export interface Prompt {
  select<T>(
    message: string,
    choices: readonly { name: string; value: T; description?: string }[],
  ): Promise<T>;
  input(
    message: string,
    options?: { initial?: string; validate?: (text: string) => true | string },
  ): Promise<string>;
  /** Any number of the choices, none included. */
  several<T>(
    message: string,
    choices: readonly { name: string; value: T; description?: string }[],
  ): Promise<T[]>;
  secret(message: string): Promise<string>;
  confirm(message: string, initial?: boolean): Promise<boolean>;
}

/** @throws {WebhookError} `ERR_CANCELLED` from each question that is answered with Ctrl-C. */
export async function createPrompt(signal: AbortSignal): Promise<Prompt> {
  const { search, checkbox, input, password, confirm } = await import('@inquirer/prompts');
  const { stderr } = await import('node:process');
  const settings = { output: stderr, signal };
  return {
    select: (message, choices) =>
      answered(
        search(
          {
            message,
            source: (term) =>
              choices
                .filter(({ name }) => name.toLowerCase().includes((term ?? '').toLowerCase()))
                .map((choice) => ({ ...choice })),
          },
          settings,
        ),
      ),
    input: (message, { initial, validate } = {}) =>
      answered(
        input(
          {
            message,
            ...(initial === undefined ? {} : { default: initial }),
            ...(validate === undefined ? {} : { validate }),
          },
          settings,
        ),
      ),
    several: (message, choices) =>
      answered(
        checkbox({ message, choices: choices.map((choice) => ({ ...choice })), pageSize: 12 }, settings),
      ),
    secret: (message) =>
      answered(
        password(
          { message, mask: true, validate: (text) => text.length > 0 || 'an empty secret proves nothing' },
          settings,
        ),
      ),
    confirm: (message, initial = false) => answered(confirm({ message, default: initial }, settings)),
  };
}

async function answered<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    const left = ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'].includes((error as Error).name);
    throw left ? new WebhookError(CANCELLED, 'cancelled') : error;
  }
}
