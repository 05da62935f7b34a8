import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { exponentialWithin } from './schedules.ts';
import { standardHeaders, standardScheme } from './standard.ts';

const HOUR = 3_600;

/** OpenAI: what became of responses, batches and jobs that run in the background. */
export const openai = defineProvider({
  id: 'openai',
  name: 'OpenAI',
  signature: standardScheme('webhook', {
    key: { strip: 'whsec_', encoding: 'base64', onlyStripped: true },
  }),
  envelope: {
    type: [{ body: 'type' }],
    id: [{ header: 'webhook-id' }, { body: 'id' }],
    time: [{ body: 'created_at' }],
    data: 'data',
    freshIds: ['id'],
  },
  headers: [
    ...standardHeaders('webhook'),
    {
      name: 'User-Agent',
      value: { text: 'OpenAI/1.0 (+https://platform.openai.com/docs/webhooks)' },
      assumed: 'seen in a published example of a delivery; it may change at any time',
    },
  ],
  success: assumed(
    [[200, 299]],
    'others say that redirects count as failures; that any 2xx counts is not confirmed',
  ),
  retry: assumed(
    {
      delaysSeconds: exponentialWithin(72 * HOUR, { firstSeconds: 60, factor: 3, atMostSeconds: 12 * HOUR }),
    },
    'said to be tried again for up to 72 hours with growing waits; the waits themselves are not published',
  ),
  https: assumed(
    'required',
    'endpoints are set up with an https address; whether http is refused is not said',
  ),
  endpoint: { secret: 'generated', secretPrefix: 'whsec_' },
  events: eventTypes('synthesized', {
    'response.completed': 'A background response is complete',
    'response.failed': 'A background response failed',
    'response.cancelled': 'A background response was cancelled',
    'response.incomplete': 'A background response was cut short',
    'batch.completed': 'A batch is done',
    'batch.failed': 'A batch failed',
    'batch.expired': 'A batch was not done in its time',
    'fine_tuning.job.succeeded': 'A fine-tuning job made its model',
    'fine_tuning.job.failed': 'A fine-tuning job failed',
    'eval.run.succeeded': 'An evaluation run is done',
    'realtime.call.incoming': 'A telephone call came in over SIP',
  }),
  notes: [
    'events are thin: data names the resource, and the resource itself is fetched',
    'its libraries take a secret without whsec_ as plain text and do not decode it',
    'webhook-id has an id of its own (wh_…) besides the event id in the body; forged deliveries have the event id in both',
  ],
});
