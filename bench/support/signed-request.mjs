import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const SECRET = 'whsec_x';
const EVENT = readFileSync(
  new URL('../../fixtures/iverton/campaign.completed.json', import.meta.url),
  'utf8',
);

/** A whole request of Iverton's as it stands on the wire, with an event id of its own. */
export function signedRequest(url, id) {
  const { host, pathname } = new URL(url);
  const body = Buffer.from(EVENT.replace(/"id":"[^"]*"/, `"id":"${id}"`));
  return wholeRequest(host, pathname, body, [`x-iverton-signature: ${signatureOf(body)}`]);
}

export function wholeRequest(host, path, body, headers = []) {
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    ...headers,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

function signatureOf(body) {
  return `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
}
