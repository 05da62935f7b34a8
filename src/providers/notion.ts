import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

/** Notion: signals that pages, databases and comments changed. */
export const notion = defineProvider({
  id: 'notion',
  name: 'Notion',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Notion-Signature' },
    forms: [{ prefix: 'sha256=', encoding: 'hex' }],
  },
  envelope: assumed(
    {
      type: [{ body: 'type' }],
      id: [{ body: 'id' }],
      time: [{ body: 'timestamp' }],
      endpointId: [{ body: 'subscription_id' }],
      data: 'data',
      freshIds: ['id'],
    },
    'the fields are as widely described; they were not compared with the reference one by one',
  ),
  success: assumed([[200, 299]], 'any 2xx is taken for a success, as most providers do'),
  retry: assumed(
    { delaysSeconds: exponentialOver(86_400, 8, 3) },
    'up to 8 growing waits are widely said and not confirmed; that they fill a day is a guess',
  ),
  endpoint: { secret: 'generated', secretPrefix: 'secret_' },
  handshakes: [
    {
      name: 'verification',
      description: 'sent once when a subscription is created; its token has to be typed into the settings',
      request: { method: 'POST', body: { verification_token: '{token}' } },
      signed: false,
      respond: { status: 200 },
      secret: '{token}',
      assumed: 'integrations describe it so',
    },
  ],
  events: [
    { name: 'page.created', description: 'A page was created', payload: 'synthesized' },
    { name: 'page.content_updated', description: 'The content of a page changed', payload: 'synthesized' },
    { name: 'page.properties_updated', description: 'Properties of a page changed', payload: 'synthesized' },
    { name: 'page.moved', description: 'A page got another parent', payload: 'synthesized' },
    { name: 'page.deleted', description: 'A page was put in the trash', payload: 'synthesized' },
    { name: 'database.created', description: 'A database was created', payload: 'synthesized' },
    {
      name: 'data_source.schema_updated',
      description: 'Columns of a data source changed',
      payload: 'synthesized',
    },
    { name: 'comment.created', description: 'A comment was written', payload: 'synthesized' },
  ],
  notes: [
    'the secret is the verification token that Notion posts once, unsigned, when the subscription is created',
    'an event says what changed and not how: the content has to be fetched',
    'the number of the attempt is in the body (attempt_number), so the bytes and the signature of a retry differ; not acted out: it stays',
  ],
});
