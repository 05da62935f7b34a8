import { printableLines } from '../model/printable.ts';
import { headerValue, type OutgoingRequest } from '../model/request.ts';
import { asUtf8 } from '../model/text.ts';

/** Systems refuse longer arguments; Linux from 128 KiB on. */
const LONGEST_ARGUMENT_BYTES = 100_000;

/** A request as it goes over the wire, but for the framing that the client adds. */
export function httpText(request: OutgoingRequest): Uint8Array {
  const url = new URL(request.url);
  const head = [
    `${request.method} ${url.pathname}${url.search} HTTP/1.1`,
    ...(headerValue(request.headers, 'host') === undefined ? [`Host: ${url.host}`] : []),
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${request.body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), request.body]);
}

/** A curl command that sends the exact bytes from a shell. */
export function curlCommand(request: OutgoingRequest): string {
  const text = asUtf8(request.body);
  const quoted =
    text !== null &&
    !text.startsWith('@') &&
    request.body.length <= LONGEST_ARGUMENT_BYTES &&
    isHarmless(text);
  const parts = [
    `curl -X ${request.method}${/[[\]{}]/.test(request.url) ? ' --globoff' : ''} ${shellQuote(request.url)}`,
    ...request.headers.map(([name, value]) => `-H ${quoteHeader(name, value)}`),
    // curl would name a type of its own where there is none.
    ...(headerValue(request.headers, 'content-type') === undefined ? [`-H 'Content-Type:'`] : []),
    ...(request.body.length === 0 ? [] : [`--data-binary ${quoted ? shellQuote(text) : '@-'}`]),
  ];
  const command = parts.join(' \\\n  ');
  if (quoted || request.body.length === 0) return command;
  return `printf %s ${Buffer.from(request.body).toString('base64')} | base64 -d | ${command}`;
}

/** Whether text can stand in a command as it is: nothing in it moves the cursor, and pasting changes nothing. */
function isHarmless(text: string): boolean {
  return printableLines(text) === text.replaceAll('\t', ' ');
}

/** curl would take a header without a value for the wish to send none; with a semicolon it sends it empty. */
function quoteHeader(name: string, value: string): string {
  if (value === '') return shellQuote(`${name};`);
  const text = asUtf8(Buffer.from(value, 'latin1'));
  if (text !== null && isHarmless(text)) return shellQuote(`${name}: ${text}`);
  const escaped = `${name}: ${value}`.replace(
    /[^ -~]|['\\]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `$'${escaped}'`;
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
