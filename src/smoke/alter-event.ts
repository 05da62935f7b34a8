import type { Message } from '../forge/message.ts';
import { parseJsonPath, setAt, valueAt } from '../model/json-path.ts';
import { parseJsonBody } from '../providers/identify.ts';

/** The event as one of another type; its envelope stays as it is. Null where its type is no name that could be another one. */
export function withType(message: Message, eventType: string): Message | null {
  const { provider, body } = message;
  const { type } = provider.envelope.value;
  const tree = parseJsonBody(body);
  const form = provider.body === 'form' ? formOf(body) : null;
  for (const location of type) {
    if ('body' in location && valueAt(tree, location.body) !== undefined) {
      return { ...message, eventType, body: written(setAt(tree, parseJsonPath(location.body), eventType)) };
    }
    if ('form' in location && form?.has(location.form) === true) {
      form.set(location.form, eventType);
      return { ...message, eventType, body: Buffer.from(form.toString()) };
    }
    if ('header' in location) return { ...message, eventType };
  }
  return type.length === 0 || type.some((location) => 'body' in location) ? { ...message, eventType } : null;
}

/** The event with something more in it that makes it exactly so many bytes. */
export function padded(message: Message, size: number): Message {
  const write = (padding: string): Uint8Array => withMember(message, padding);
  return { ...message, body: write('x'.repeat(Math.max(0, size - write('').length))) };
}

function withMember({ provider, body }: Message, padding: string): Uint8Array {
  const { data } = provider.envelope.value;
  const tree = parseJsonBody(body);
  if (provider.body === 'form' && tree === undefined) {
    const form = formOf(body);
    form.set('Padding', padding);
    return Buffer.from(form.toString());
  }
  // A list of events has no members of its own.
  const holder = data === '' && Array.isArray(tree) ? '0' : data;
  return written(setAt(tree, parseJsonPath(holder === '' ? 'padding' : `${holder}.padding`), padding));
}

function formOf(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(Buffer.from(body).toString());
}

function written(tree: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(tree));
}
