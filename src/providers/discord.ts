import { assumed, defineProvider } from './provider.ts';
import { exponentialWithin } from './schedules.ts';

/** Discord: events about an app, posted to its own server. */
export const discord = defineProvider({
  id: 'discord',
  name: 'Discord',
  signature: {
    kind: 'asymmetric',
    algorithm: 'ed25519',
    publicKey: 'raw-hex',
    signature: { header: 'X-Signature-Ed25519' },
    forms: [{ prefix: '', encoding: 'hex' }],
    content: '{timestamp}{body}',
    timestamp: { from: { header: 'X-Signature-Timestamp' }, format: 'unix', toleranceSeconds: null },
  },
  envelope: {
    type: [{ body: 'event.type' }],
    time: [{ body: 'event.timestamp' }],
    data: 'event.data',
    // An event has no id; another resource keeps two forged events apart.
    freshIds: ['event.data.id', 'event.data.user.id'],
  },
  success: [[204, 204]],
  deadlineMs: 3_000,
  timeoutMs: 3_000,
  retry: assumed(
    { delaysSeconds: exponentialWithin(600, { firstSeconds: 10, factor: 2 }) },
    'several attempts with growing waits for up to 10 minutes are documented; the waits are not',
  ),
  disable: assumed(null, 'too many failures end it, with an e-mail; how many is not said'),
  endpoint: { secret: assumed('generated', 'Discord makes the pair of keys and shows the public one') },
  handshakes: [
    {
      name: 'ping',
      description: 'sent when the URL is saved, and again with a bad signature that has to be refused',
      request: { method: 'POST', body: { type: 0, application_id: '{applicationId}' } },
      signed: true,
      respond: { status: 204 },
      refuse: 401,
    },
    {
      name: 'interactions-ping',
      description: 'sent when the URL for interactions is saved',
      // Events are of type 1 too; only interactions have a token.
      request: {
        method: 'POST',
        body: { type: 1, id: '{id}', application_id: '{applicationId}', token: '{token}' },
      },
      signed: true,
      respond: { status: 200, body: { type: 1 } },
      refuse: 401,
    },
  ],
  events: [
    {
      name: 'APPLICATION_AUTHORIZED',
      description: 'A user added the app to a server or an account',
      payload: 'synthesized',
    },
    { name: 'APPLICATION_DEAUTHORIZED', description: 'A user removed the app', payload: 'synthesized' },
    { name: 'ENTITLEMENT_CREATE', description: 'A user bought something of the app', payload: 'synthesized' },
    { name: 'ENTITLEMENT_UPDATE', description: 'What a user bought changed', payload: 'synthesized' },
    { name: 'ENTITLEMENT_DELETE', description: 'What a user bought was taken back', payload: 'synthesized' },
    { name: 'LOBBY_MESSAGE_CREATE', description: 'A message was sent in a lobby', payload: 'synthesized' },
  ],
  notes: [
    'the secret is the public key of the app, 64 hexadecimal digits; forging needs a private key of your own',
    'from time to time a badly signed request comes to see whether it is refused with 401',
    'the answer has to be 204 with no body, within 3 seconds',
  ],
});
