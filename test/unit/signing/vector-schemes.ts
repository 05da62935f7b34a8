import type {
  AsymmetricScheme,
  DigestScheme,
  HmacScheme,
  SignatureForm,
  SignedTime,
} from '../../../src/signing/scheme.ts';

/** How those sign whose vectors are in test/support/provider-vectors.json: one record each, whether they have a profile or not. */

type VectorScheme = HmacScheme | DigestScheme | AsymmetricScheme;

const hex = (prefix = ''): readonly [SignatureForm] => [{ prefix, encoding: 'hex' }];
const base64 = (prefix = ''): readonly [SignatureForm] => [{ prefix, encoding: 'base64' }];

function ofBody(header: string, forms: readonly [SignatureForm], more: Partial<HmacScheme> = {}): HmacScheme {
  return { kind: 'hmac', hash: 'sha256', signature: { header }, forms, ...more };
}

function unix(header: string, toleranceSeconds: number | null, format: SignedTime['format'] = 'unix') {
  return { from: { header }, format, toleranceSeconds } as const;
}

function ofIdTimeBody(prefix: string, more: Partial<HmacScheme> = {}): HmacScheme {
  return {
    kind: 'hmac',
    hash: 'sha256',
    key: { strip: 'whsec_', encoding: 'base64' },
    signature: { header: `${prefix}-signature` },
    items: { separator: ' ', assign: ',', field: 'v1' },
    write: 'v1,{signature}',
    forms: base64(),
    content: '{id}.{timestamp}.{body}',
    values: { id: { header: `${prefix}-id` } },
    timestamp: unix(`${prefix}-timestamp`, 300),
    ...more,
  };
}

export const vectorSchemes: Readonly<Record<string, VectorScheme>> = {
  stripe: ofBody('Stripe-Signature', hex(), {
    items: { separator: ',', assign: '=', field: 'v1' },
    write: 't={timestamp},v1={signature}',
    content: '{timestamp}.{body}',
    timestamp: { from: { field: 't' }, format: 'unix', toleranceSeconds: 300 },
  }),
  slack: ofBody('X-Slack-Signature', hex('v0='), {
    content: 'v0:{timestamp}:{body}',
    timestamp: unix('X-Slack-Request-Timestamp', 300),
  }),
  // Shopify's "Events" use this name without X-; its webhooks use X-Shopify-Hmac-Sha256.
  'shopify-events': ofBody('shopify-hmac-sha256', base64()),
  meta: ofBody('X-Hub-Signature-256', hex('sha256=')),
  svix: ofIdTimeBody('svix'),
  'gitlab-signing-token': ofIdTimeBody('webhook'),
  square: ofBody('x-square-hmacsha256-signature', base64(), { content: '{url}{body}' }),
  bitbucket: ofBody('X-Hub-Signature', hex('sha256=')),
  woocommerce: ofBody('X-WC-Webhook-Signature', base64()),
  intercom: ofBody('X-Hub-Signature', hex('sha1='), { hash: 'sha1' }),
  paddle: ofBody('Paddle-Signature', hex(), {
    items: { separator: ';', assign: '=', field: 'h1' },
    write: 'ts={timestamp};h1={signature}',
    content: '{timestamp}:{body}',
    timestamp: { from: { field: 'ts' }, format: 'unix', toleranceSeconds: 5 },
  }),
  notion: ofBody('X-Notion-Signature', hex('sha256=')),
  typeform: ofBody('Typeform-Signature', base64('sha256=')),
  sentry: ofBody('Sentry-Hook-Signature', hex()),
  line: ofBody('x-line-signature', base64()),
  xero: ofBody('x-xero-signature', base64()),
  docusign: ofBody('X-DocuSign-Signature-1', base64(), {
    signature: {
      header: 'X-DocuSign-Signature-1',
      also: ['X-DocuSign-Signature-2', 'X-DocuSign-Signature-3'],
    },
  }),
  asana: ofBody('X-Hook-Signature', hex()),
  twitch: ofBody('Twitch-Eventsub-Message-Signature', hex('sha256='), {
    content: '{id}{timestamp}{body}',
    values: { id: { header: 'Twitch-Eventsub-Message-Id' } },
    timestamp: unix('Twitch-Eventsub-Message-Timestamp', 600, 'iso8601'),
  }),
  'coinbase-commerce': ofBody('X-CC-Webhook-Signature', hex()),
  workos: ofBody('WorkOS-Signature', hex(), {
    items: { separator: ',', assign: '=', field: 'v1' },
    write: 't={timestamp}, v1={signature}',
    content: '{timestamp}.{body}',
    timestamp: { from: { field: 't' }, format: 'unix-ms', toleranceSeconds: 180 },
  }),
  gocardless: ofBody('Webhook-Signature', hex()),
  polar: ofIdTimeBody('webhook', { key: { encoding: 'utf8' } }),
  telnyx: {
    kind: 'asymmetric',
    algorithm: 'ed25519',
    publicKey: 'raw-hex',
    signature: { header: 'telnyx-signature-ed25519' },
    forms: base64(),
    content: '{timestamp}|{body}',
    timestamp: unix('telnyx-timestamp', 300),
  },
  hookdeck: ofBody('x-hookdeck-signature', base64(), {
    signature: { header: 'x-hookdeck-signature', also: ['x-hookdeck-signature-2'] },
  }),
  airtable: ofBody('X-Airtable-Content-MAC', hex('hmac-sha256='), { key: { encoding: 'base64' } }),
  calcom: ofBody('X-Cal-Signature-256', hex()),
  cashfree: ofBody('x-webhook-signature', base64(), {
    content: '{timestamp}{body}',
    timestamp: unix('x-webhook-timestamp', null, 'unix-ms'),
  }),
  knock: ofBody('x-knock-signature', base64(), {
    items: { separator: ',', assign: '=', field: 's' },
    write: 't={timestamp},s={signature}',
    content: '{timestamp}.{body}',
    timestamp: { from: { field: 't' }, format: 'unix-ms', toleranceSeconds: null },
  }),
  customerio: ofBody('X-CIO-Signature', hex(), {
    content: 'v0:{timestamp}:{body}',
    timestamp: unix('X-CIO-Timestamp', null),
  }),
  cloudinary: {
    kind: 'digest',
    hash: 'sha1',
    signature: { header: 'X-Cld-Signature' },
    forms: hex(),
    content: '{body}{timestamp}{secret}',
    timestamp: unix('X-Cld-Timestamp', 7_200),
  },
  revolut: ofBody('Revolut-Signature', hex('v1='), {
    content: 'v1.{timestamp}.{body}',
    timestamp: unix('Revolut-Request-Timestamp', 300, 'unix-ms'),
  }),
  filedgr: ofBody('X-Filedgr-Signature', hex()),
  deiterate: ofBody('X-Deiterate-Signature', hex()),
  taskplatform: ofBody('X-Webhook-Signature', hex('sha256=')),
  iverton: ofBody('X-Iverton-Signature', hex('sha256=')),
  compliancely: ofBody('Compliancely-Signature', hex()),
};
