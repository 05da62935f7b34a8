import type { Handshake } from '../providers/handshake.ts';
import { faultsOf, namesIn } from './pattern.ts';
import { boundNames } from './request.ts';

/** What is wrong with a record of a handshake, one sentence each. */
export function handshakeFaults(handshake: Handshake): string[] {
  const { request, respond, accepts = [], secret } = handshake;
  const known = new Set([...boundNames(handshake), 'secret', 'verifyToken']);
  const asked = texts(request.query, request.headers, request.body, request.form);
  const answered = [
    ...[respond, ...accepts].flatMap(({ headers, body }) =>
      texts(headers, typeof body === 'string' ? { body } : body),
    ),
    ...(secret === undefined ? [] : [secret]),
  ];
  return [
    ...[...asked, ...answered].flatMap(faultsOf),
    ...answered
      .flatMap(namesIn)
      .filter((name) => !known.has(name))
      .map((name) => `{${name}} stands in the answer and not in the request`),
    ...(request.body !== undefined && request.form !== undefined
      ? ['its request has a JSON body and a form']
      : []),
  ].map((fault) => `${handshake.name}: ${fault}`);
}

function texts(...parts: (Readonly<Record<string, string | number | boolean>> | undefined)[]): string[] {
  return parts
    .flatMap((part) => Object.values(part ?? {}))
    .filter((value): value is string => typeof value === 'string');
}
