import type { ServerResponse } from 'node:http';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { Stripe } from 'stripe';
import twilio from 'twilio';
import { describe, expect, test } from 'vitest';
import { loadProvider } from '../../src/providers/index.ts';
import { createHome, runCli } from '../support/cli.ts';
import { bodyOf } from './consumers.ts';
import { listen } from './listen.ts';
import { quietLogger } from './quiet.ts';
import { parametersOf } from './referees/twilio.ts';

/** Apps as their providers' documents show them, and the program as it is installed: does the one accept the other? */
const home = createHome();

const answer = (response: ServerResponse, accepted: boolean): void => {
  response.statusCode = accepted ? 200 : 400;
  response.end();
};

/** An app whose secret is `secret`, and the names of the events that it let in. */
interface App {
  readonly url: string;
  readonly seen: readonly string[];
}

async function githubApp(secret: string): Promise<App> {
  const seen: string[] = [];
  const webhooks = new Webhooks({ secret, log: quietLogger });
  webhooks.onAny(({ name }) => void seen.push(name));
  const url = await listen(
    createNodeMiddleware(webhooks, { path: '/api/github/webhooks', log: quietLogger }),
  );
  return { url: `${url}/api/github/webhooks`, seen };
}

async function stripeApp(secret: string): Promise<App> {
  const seen: string[] = [];
  const stripe = new Stripe('sk_test_none');
  const url = await listen(async (request, response) => {
    try {
      const signature = request.headers['stripe-signature']!;
      seen.push(stripe.webhooks.constructEvent(await bodyOf(request), signature, secret).type);
      answer(response, true);
    } catch {
      answer(response, false);
    }
  });
  return { url: `${url}/webhook`, seen };
}

async function twilioApp(secret: string): Promise<App> {
  const seen: string[] = [];
  const url: string = await listen(async (request, response) => {
    const parameters = parametersOf((await bodyOf(request)).toString());
    const signature = request.headers['x-twilio-signature'] as string;
    const accepted = twilio.validateRequest(secret, signature, url + request.url, parameters);
    if (accepted) seen.push(parameters['MessageSid'] as string);
    answer(response, accepted);
  });
  return { url: `${url}/sms?from=test`, seen };
}

describe.each([
  {
    provider: 'github',
    start: githubApp,
    secret: "It's a Secret to Everybody",
    event: 'push',
    sees: /^push$/,
  },
  {
    provider: 'stripe',
    start: stripeApp,
    secret: 'whsec_of_the_app',
    event: 'payment_intent.succeeded',
    sees: /^payment_intent\.succeeded$/,
  },
  {
    provider: 'twilio',
    start: twilioApp,
    secret: '12345678901234567890123456789012',
    event: undefined,
    sees: /^(SM|MM)[0-9a-f]{32}$/,
  },
])('an app of $provider', ({ provider, start, secret, event, sees }) => {
  const send = async (url: string, key: string) => {
    const type = event ?? (await firstEventType(provider));
    return runCli(['send', provider, type, '--to', url, '--secret', key], { home });
  };

  test('accepts what the program sends', async () => {
    const app = await start(secret);
    const { code, stdout, stderr } = await send(app.url, secret);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/ 200 /);
    expect(app.seen).toEqual([expect.stringMatching(sees)]);
  });

  test('refuses what is signed with another secret', async () => {
    const app = await start(secret);
    const { code, stdout } = await send(app.url, 'another');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/ 40\d /);
    expect(app.seen).toEqual([]);
  });
});

async function firstEventType(provider: string): Promise<string> {
  return (await loadProvider(provider)).events[0]!.name;
}
