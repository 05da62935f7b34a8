import type { IncomingMessage, RequestListener } from 'node:http';
import { WhatsAppAdapter } from '@chat-adapter/whatsapp';
import { HTTPReceiver } from '@slack/bolt';
import { AwsLambdaReceiver } from '@zoom/rivet/marketplace';
import { verifyKeyMiddleware, verifyWebhookEventMiddleware } from 'discord-interactions';
import express from 'express';
import { installed } from './referee.ts';
import { discord } from './referees/discord.ts';
import { metaReferees } from './referees/meta.ts';
import { slack } from './referees/slack.ts';
import { quietLogger, quietly } from './quiet.ts';
import { zoom, type LambdaAnswer } from './referees/zoom.ts';

/** An app that an SDK makes, and the handshakes that it answers by itself. */
export interface Consumer {
  readonly provider: string;
  readonly sdk: string;
  /** As our profile calls it. */
  readonly handshake: string;
  /** What its provider signs with. */
  readonly secret: string;
  readonly listener: RequestListener;
}

export const VERIFY_TOKEN = 'a token that both sides know';

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const slackApp: Consumer = {
  provider: 'slack',
  sdk: installed('@slack/bolt'),
  handshake: 'url_verification',
  secret: slack.keys.sign,
  listener: (request, response) =>
    new HTTPReceiver({
      signingSecret: slack.keys.verify,
      endpoints: '/',
      logger: { ...quietLogger, setLevel() {}, getLevel: () => 'error' as never, setName() {} },
    }).requestListener(request, response),
};

const zoomApp: Consumer = {
  provider: 'zoom',
  sdk: installed('@zoom/rivet'),
  handshake: 'endpoint.url_validation',
  secret: zoom.keys.sign,
  listener: async (request, response) => {
    const handle = new AwsLambdaReceiver({ webhooksSecretToken: zoom.keys.verify }).start();
    const event = {
      body: (await bodyOf(request)).toString(),
      headers: request.headers,
      isBase64Encoded: false,
    };
    const answer = await quietly<LambdaAnswer>(() => handle(event as never, {} as never));
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  },
};

const discordApp = (handshake: string, middleware: express.RequestHandler): Consumer => ({
  provider: 'discord',
  sdk: installed('discord-interactions'),
  handshake,
  secret: discord.keys.sign,
  listener: express().post('/', middleware),
});

const metaApp = (provider: string): Consumer => ({
  provider,
  sdk: installed('@chat-adapter/whatsapp'),
  handshake: 'hub.challenge',
  secret: metaReferees[0]!.keys.sign,
  listener: async (request, response) => {
    const adapter = new WhatsAppAdapter({
      accessToken: 'none',
      appSecret: metaReferees[0]!.keys.verify,
      phoneNumberId: '1',
      verifyToken: VERIFY_TOKEN,
      userName: 'bot',
      logger: quietLogger,
    });
    const answer = await adapter.handleWebhook(new Request(`http://${request.headers.host}${request.url}`));
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  },
});

export const consumers: readonly Consumer[] = [
  slackApp,
  zoomApp,
  discordApp('ping', verifyWebhookEventMiddleware(discord.keys.verify) as express.RequestHandler),
  discordApp('interactions-ping', verifyKeyMiddleware(discord.keys.verify) as express.RequestHandler),
  metaApp('meta'),
  metaApp('whatsapp'),
];
