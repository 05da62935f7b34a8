import { createHash, createHmac, sign } from 'node:crypto';
import { URL_OF_THE_APP as url, type SignedRequest } from './referee.ts';

interface Material {
  readonly body: string;
  readonly now: number;
  readonly key: string;
}

type Headers = Record<string, string>;
type Encoding = 'hex' | 'base64';

const seconds = (now: number): string => String(Math.floor(now / 1000));
const hmac = (hash: string, key: string | Buffer, signed: string, encoding: Encoding): string =>
  createHmac(hash, key).update(signed).digest(encoding);
const sha256 = (signed: string): string => createHash('sha256').update(signed).digest('hex');
const hex = ({ body, key }: Material): string => hmac('sha256', key, body, 'hex');
const base64 = ({ body, key }: Material): string => hmac('sha256', key, body, 'base64');

const standard =
  (prefix: string, keyOf: (secret: string) => Buffer = (secret) => Buffer.from(secret.slice(6), 'base64')) =>
  ({ body, now, key }: Material): Headers => {
    const id = 'msg_1';
    return {
      [`${prefix}-id`]: id,
      [`${prefix}-timestamp`]: seconds(now),
      [`${prefix}-signature`]: `v1,${hmac('sha256', keyOf(key), `${id}.${seconds(now)}.${body}`, 'base64')}`,
    };
  };

/** What each referee has to accept: signed as the provider's documents say, without any of our own code. */
const signers: Readonly<Record<string, (material: Material) => Headers>> = {
  stripe: ({ body, now, key }) => ({
    'Stripe-Signature': `t=${seconds(now)},v1=${hmac('sha256', key, `${seconds(now)}.${body}`, 'hex')}`,
  }),
  github: (material) => ({ 'X-Hub-Signature-256': `sha256=${hex(material)}` }),
  slack: ({ body, now, key }) => ({
    'X-Slack-Request-Timestamp': seconds(now),
    'X-Slack-Signature': `v0=${hmac('sha256', key, `v0:${seconds(now)}:${body}`, 'hex')}`,
  }),
  shopify: (material) => ({
    'X-Shopify-Hmac-Sha256': base64(material),
    'X-Shopify-Topic': 'orders/create',
    'X-Shopify-Shop-Domain': 'example.myshopify.com',
    'X-Shopify-API-Version': '2026-07',
    'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
  }),
  meta: (material) => ({ 'X-Hub-Signature-256': `sha256=${hex(material)}` }),
  whatsapp: (material) => ({ 'X-Hub-Signature-256': `sha256=${hex(material)}` }),
  'standard-webhooks': standard('webhook'),
  svix: standard('svix'),
  'svix webhook-names': standard('webhook'),
  openai: standard('webhook'),
  'openai plain-secret': standard('webhook', Buffer.from),
  clerk: standard('svix'),
  resend: standard('svix'),
  polar: standard('webhook', Buffer.from),
  replicate: standard('webhook'),
  gitlab: ({ key }) => ({ 'X-Gitlab-Token': key }),
  'gitlab signing-token': standard('webhook'),
  telegram: ({ key }) => ({ 'X-Telegram-Bot-Api-Secret-Token': key }),
  zoom: ({ body, now, key }) => ({
    'x-zm-request-timestamp': seconds(now),
    'x-zm-signature': `v0=${hmac('sha256', key, `v0:${seconds(now)}:${body}`, 'hex')}`,
  }),
  woocommerce: (material) => ({ 'X-WC-Webhook-Signature': base64(material) }),
  razorpay: (material) => ({ 'X-Razorpay-Signature': hex(material) }),
  paddle: ({ body, now, key }) => ({
    'Paddle-Signature': `ts=${seconds(now)};h1=${hmac('sha256', key, `${seconds(now)}:${body}`, 'hex')}`,
  }),
  linear: (material) => ({ 'Linear-Signature': hex(material) }),
  notion: (material) => ({ 'X-Notion-Signature': `sha256=${hex(material)}` }),
  jira: (material) => ({ 'X-Hub-Signature': `sha256=${hex(material)}` }),
  intercom: ({ body, key }) => ({ 'X-Hub-Signature': `sha1=${hmac('sha1', key, body, 'hex')}` }),
  vercel: ({ body, key }) => ({ 'x-vercel-signature': hmac('sha1', key, body, 'hex') }),
  typeform: (material) => ({ 'Typeform-Signature': `sha256=${base64(material)}` }),
  line: (material) => ({ 'x-line-signature': base64(material) }),
  'twilio form': ({ body, key }) => ({
    'X-Twilio-Signature': hmac('sha1', key, url + sortedForm(body), 'base64'),
  }),
  'twilio json': ({ body, key }) => ({
    'X-Twilio-Signature': hmac('sha1', key, `${url}&bodySHA256=${sha256(body)}`, 'base64'),
  }),
  discord: ({ body, now, key }) => ({
    'X-Signature-Ed25519': sign(null, Buffer.from(seconds(now) + body), key).toString('hex'),
    'X-Signature-Timestamp': seconds(now),
  }),
  sendgrid: ({ body, now, key }) => ({
    'X-Twilio-Email-Event-Webhook-Signature': sign('sha256', Buffer.from(seconds(now) + body), key).toString(
      'base64',
    ),
    'X-Twilio-Email-Event-Webhook-Timestamp': seconds(now),
  }),
  hubspot: ({ body, now, key }) => ({
    'X-HubSpot-Signature-v3': hmac('sha256', key, `POST${url}${body}${now}`, 'base64'),
    'X-HubSpot-Request-Timestamp': String(now),
  }),
  'hubspot v2': ({ body, key }) => ({
    'X-HubSpot-Signature': sha256(`${key}POST${url}${body}`),
    'X-HubSpot-Signature-Version': 'v2',
  }),
  'hubspot v1': ({ body, key }) => ({
    'X-HubSpot-Signature': sha256(key + body),
    'X-HubSpot-Signature-Version': 'v1',
  }),
  square: ({ body, key }) => ({ 'x-square-hmacsha256-signature': hmac('sha256', key, url + body, 'base64') }),
  mailgun: () => ({}),
};

export const signedByHand: readonly string[] = Object.keys(signers);

export function byHand(title: string, key: string, now: number): SignedRequest {
  const body = bodyFor(title, key, now);
  const contentType = title === 'twilio form' ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    method: 'POST',
    url: title === 'twilio json' ? `${url}&bodySHA256=${sha256(body)}` : url,
    headers: Object.entries({ 'Content-Type': contentType, ...signers[title]!({ body, now, key }) }),
    body: Buffer.from(body),
  };
}

function bodyFor(title: string, key: string, now: number): string {
  if (title === 'twilio form') return 'To=%2B15005550006&MessageStatus=delivered&Name=Zo%C3%AB+%26+co';
  if (title === 'mailgun') {
    const [timestamp, token] = [seconds(now), `${'a'.repeat(40)}${now}`];
    const signature = hmac('sha256', key, timestamp + token, 'hex');
    return JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': { event: 'opened' } });
  }
  const time = Number(now);
  return JSON.stringify({
    id: 'evt_1',
    type: 'test.event',
    event: 'a',
    update_id: 1,
    webhookTimestamp: time,
    s: 'Zoë',
  });
}

function sortedForm(body: string): string {
  const pairs = Array.from(new URLSearchParams(body), ([name, value]) => name + value);
  return pairs.sort().join('');
}
