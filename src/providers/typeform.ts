import { assumed, defineProvider } from './provider.ts';
import { every } from './schedules.ts';

/** Typeform: answers to forms. */
export const typeform = defineProvider({
  id: 'typeform',
  name: 'Typeform',
  signature: {
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'Typeform-Signature' },
    forms: [{ prefix: 'sha256=', encoding: 'base64' }],
    optional: true,
  },
  signatureAssumptions: ['a webhook without a secret is delivered unsigned'],
  envelope: assumed(
    {
      type: [{ body: 'event_type' }],
      id: [{ body: 'event_id' }],
      time: [{ body: 'form_response.submitted_at' }, { body: 'form_response.landed_at' }],
      data: 'form_response',
      freshIds: ['event_id', 'form_response.token'],
    },
    'the fields are as integrations read them',
  ),
  success: assumed([[200, 299]], 'any 2xx is taken for a success, as integrations describe it'),
  timeoutMs: assumed(30_000, 'half a minute is widely said and not confirmed'),
  retry: assumed(
    { delaysSeconds: every(150, 240), goneStatuses: [404, 410] },
    'integrations tell of an attempt every 2 or 3 minutes for 10 hours after 408, 423, 429 and 503; others are said to get about five, and get as many here',
  ),
  disable: assumed(
    { unit: 'time', seconds: 86_400 },
    'integrations tell that 24 hours of nothing but failures end it',
  ),
  endpoint: { secret: assumed('given', 'it is typed in with the URL') },
  events: [
    { name: 'form_response', description: 'A form was filled in and sent', payload: 'synthesized' },
    { name: 'form_response_partial', description: 'A form was left before its end', payload: 'synthesized' },
  ],
  notes: [
    'what follows sha256= is base64, where others write hexadecimal digits',
    'answers refer to the fields of definition by id and ref; a field left empty has no answer',
    'a 404 or 410 disables the webhook at once',
  ],
});
