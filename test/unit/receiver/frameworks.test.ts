import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Header } from '../../../src/model/request.ts';
import { csrfGuardOf, frameworkOf, type AppAnswer } from '../../../src/receiver/frameworks.ts';

const answer = (headers: readonly Header[], body = '', status = 401): AppAnswer => ({
  status,
  headers,
  body,
});
const saying = (body: string, headers: readonly Header[] = [], status = 401): AppAnswer =>
  answer(headers, body, status);

describe('the framework that an answer betrays', () => {
  test.each<readonly [name: string, fix: string, answer: AppAnswer]>([
    ['Next.js', 'await request.text()', answer([['X-Powered-By', 'Next.js']])],
    [
      'NestJS',
      'rawBody: true',
      saying('{"message":"Unauthorized","statusCode":401}', [['X-Powered-By', 'Express']]),
    ],
    ['NestJS', 'req.rawBody', saying('{"message":"no","error":"Unauthorized","statusCode":401}')],
    ['NestJS', 'req.rawBody', saying('{"statusCode":401,"message":"no","error":"Unauthorized"}')],
    ['Express', 'express.raw', answer([['x-powered-by', 'Express']], 'no')],
    ['Express', 'before express.json()', saying('<pre>Cannot POST /hooks</pre>')],
    ['Fastify', "parseAs: 'buffer'", saying('{"statusCode":401,"error":"Unauthorized","message":"no"}')],
    [
      'Fastify',
      'addContentTypeParser',
      saying('{"statusCode":400,"code":"FST_ERR","error":"Bad Request","message":"no"}'),
    ],
    ['Koa', 'ctx.request.rawBody', answer([['X-Powered-By', 'koa']])],
    ['Flask', 'request.get_data()', answer([['Server', 'Werkzeug/3.1.3 Python/3.12.3']])],
    ['Django', 'request.body', answer([['Server', 'WSGIServer/0.2 CPython/3.12.3']])],
    [
      'Django',
      '@csrf_exempt',
      saying('{"detail":"no"}', [
        ['X-Frame-Options', 'DENY'],
        ['Referrer-Policy', 'same-origin'],
      ]),
    ],
    ['FastAPI', 'await request.body()', answer([['server', 'uvicorn']])],
    ['FastAPI', 'a model as parameter', saying('{"detail":"Invalid signature"}')],
    ['Rails', 'request.raw_post', answer([['X-Runtime', '0.004211']])],
    [
      'Laravel',
      '$request->getContent()',
      answer([
        ['X-Powered-By', 'PHP/8.3.1'],
        ['Set-Cookie', 'laravel_session=x; path=/'],
      ]),
    ],
    [
      'Spring',
      '@RequestBody byte[]',
      saying('{"timestamp":"2026-01-01T00:00:00.000+00:00","status":401,"error":"Unauthorized","path":"/"}'),
    ],
    ['Spring', '@RequestBody byte[]', saying('<html><body><h1>Whitelabel Error Page</h1>')],
    ['ASP.NET', 'Request.EnableBuffering()', answer([['Server', 'Kestrel']])],
    ['PHP', 'php://input', answer([['X-Powered-By', 'PHP/8.3.1']])],
  ])('%s: %s', (name, fix, given) => {
    const framework = frameworkOf(given);
    expect(framework?.name).toBe(name);
    expect(framework?.fix).toContain(fix);
  });

  test.each([
    answer([]),
    saying('Unauthorized'),
    saying('{"error":"Unauthorized"}'),
    saying('{"statusCode":401}'),
    saying('{"message":"no"}'),
    answer([['Server', 'nginx']]),
    answer([['X-Frame-Options', 'DENY']]),
    answer([['X-Runtime', 'edge']]),
  ])('none: %j', (given) => {
    expect(frameworkOf(given)).toBeNull();
  });
});

describe('a CSRF protection that refuses', () => {
  test.each<readonly [name: string, fix: string, answer: AppAnswer]>([
    ['Django', '@csrf_exempt', saying('<p>CSRF verification failed. Request aborted.</p>', [], 403)],
    ['Django', '@csrf_exempt', saying('{"detail":"CSRF Failed: CSRF token missing."}', [], 403)],
    [
      'Rails',
      'skip_forgery_protection',
      saying(
        "ActionController::InvalidAuthenticityToken (Can't verify CSRF token authenticity.):",
        [['X-Runtime', '0.01']],
        422,
      ),
    ],
    ['Rails', 'skip_forgery_protection', saying('Invalid authenticity token', [], 422)],
    ['Laravel', 'validateCsrfTokens', answer([], '<title>Page Expired</title>', 419)],
    [
      'Spring Security',
      'ignoringRequestMatchers',
      saying("Invalid CSRF Token 'null' was found on the request parameter", [], 403),
    ],
    ['Flask', '@csrf.exempt', saying('<p>The CSRF token is missing.</p>', [], 400)],
    ['Express', 'before the CSRF middleware', saying('ForbiddenError: invalid csrf token', [], 403)],
  ])('%s: %s', (name, fix, given) => {
    const guard = csrfGuardOf(given);
    expect(guard?.name).toBe(name);
    expect(guard?.fix).toContain(fix);
  });

  test('is none where nothing says so', () => {
    expect(csrfGuardOf(saying('{"detail":"Invalid signature"}', [], 403))).toBeNull();
    expect(csrfGuardOf(answer([['X-Runtime', '0.01']], '', 422))).toBeNull();
  });
});

describe('what the frameworks here really answer', () => {
  test('Express, where a route refuses and where there is none', async () => {
    const app = express();
    app.post('/hooks', (_request, response) => void response.status(401).send('no'));
    const ask = await serve(app as unknown as RequestListener);
    expect(frameworkOf(await ask('/hooks'))?.name).toBe('Express');
    app.disable('x-powered-by');
    expect(frameworkOf(await ask('/other'))?.name).toBe('Express');
    expect(frameworkOf(await ask('/hooks'))).toBeNull();
  });

  test('Fastify, where a route throws and where a body is no JSON', async () => {
    const app = fastify();
    app.post('/hooks', async () => {
      throw Object.assign(new Error('bad signature'), { statusCode: 401 });
    });
    await app.ready();
    const ask = await serve((request, response) => app.routing(request, response));
    expect(frameworkOf(await ask('/hooks'))?.name).toBe('Fastify');
    expect(frameworkOf(await ask('/hooks', '{'))).toMatchObject({ name: 'Fastify' });
  });
});

/** Resolves with a way to ask the app as a provider does. */
async function serve(
  listener: RequestListener,
): Promise<(path: string, body?: string) => Promise<AppAnswer>> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return async (path, body = '{}') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, headers: [...response.headers], body: await response.text() };
  };
}
