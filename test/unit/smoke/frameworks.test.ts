import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { verifyWell } from './consumers.ts';
import { idsOf, smoke } from './running.ts';

/** What the hint of R06 advises passes, and what it warns of fails, in the frameworks that it names. */

const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
}

const DEFAULT = 'R01 R02 R03 R04 R05 R06 R07 R09 R10 R11';

test('express.raw()', async () => {
  const app = express();
  app.post('/hooks', express.raw({ type: 'application/json' }), (request, response) => {
    const signature = request.get('X-Iverton-Signature');
    if (!verifyWell(signature, request.body as Buffer, 'iverton')) return void response.sendStatus(401);
    response.sendStatus(200);
  });
  const checks = await smoke('iverton', await listen(createServer(app)));
  expect(idsOf(checks, 'passed')).toBe(DEFAULT);
});

test('express.json(), written again', async () => {
  const app = express();
  app.post('/hooks', express.json(), (request, response) => {
    const body = Buffer.from(JSON.stringify(request.body));
    if (!verifyWell(request.get('X-Iverton-Signature'), body, 'iverton'))
      return void response.sendStatus(401);
    response.sendStatus(200);
  });
  const url = await listen(createServer(app));
  const checks = await smoke('iverton', url);
  expect(idsOf(checks, 'failed')).toBe('R06');
  const [wrong] = await smoke('iverton', url.replace('/hooks', '/hook'), { eventTypes: ['deal.won'] });
  // The framework's page, as text.
  expect(wrong?.message).toBe('answered 404, expected 2xx: Cannot POST /hook');
});

test("Fastify's addContentTypeParser", async () => {
  const app = fastify();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.post('/hooks', async (request, reply) => {
    const signature = request.headers['x-iverton-signature'] as string | undefined;
    if (!verifyWell(signature, request.body as Buffer, 'iverton')) return reply.code(401).send();
    return reply.code(200).send();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  closing.push(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const checks = await smoke('iverton', `http://127.0.0.1:${port}/hooks`, { rules: ['all'] });
  expect(idsOf(checks, 'failed')).toBe('');
  // It has a parser for text/plain of its own, and what comes of that verifies just as well.
  expect(idsOf(checks, 'warned')).toBe('R19 R21');
});

test('await request.text()', async () => {
  const handle = async (request: Request): Promise<Response> => {
    const body = Buffer.from(await request.text());
    const signature = request.headers.get('X-Iverton-Signature') ?? undefined;
    return new Response(null, { status: verifyWell(signature, body, 'iverton') ? 200 : 401 });
  };
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request = new Request('http://localhost/hooks', {
      method: 'POST',
      headers: { 'X-Iverton-Signature': (incoming.headers['x-iverton-signature'] as string) ?? '' },
      body: Buffer.concat(chunks),
    });
    response.writeHead((await handle(request)).status).end();
  });
  const checks = await smoke('iverton', await listen(server));
  expect(idsOf(checks, 'passed')).toBe(DEFAULT);
});
