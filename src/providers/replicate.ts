import { ANY_2XX, assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { exponentialWithin } from './schedules.ts';
import { standardHeaders, standardScheme } from './standard.ts';

/** Replicate: the progress of predictions. */
export const replicate = defineProvider({
  id: 'replicate',
  name: 'Replicate',
  signature: standardScheme('webhook'),
  envelope: {
    type: [{ body: 'status' }],
    id: [{ header: 'webhook-id' }],
    time: [{ body: 'completed_at' }, { body: 'started_at' }, { body: 'created_at' }],
    data: '',
  },
  headers: standardHeaders('webhook'),
  success: assumed(ANY_2XX, 'which answers count as success is not said'),
  retry: assumed(
    { delaysSeconds: exponentialWithin(60, { firstSeconds: 4, factor: 2 }) },
    'said to go on for about a minute with growing waits, and only for what is final; the waits are not published',
  ),
  https: assumed('required', 'an https address is asked for; whether http is refused is not said'),
  endpoint: { secret: 'generated', secretPrefix: 'whsec_' },
  events: eventTypes('synthesized', {
    starting: 'A prediction is being set up',
    processing: 'A prediction has new output or logs',
    succeeded: 'A prediction is complete',
    failed: 'A prediction failed',
    canceled: 'A prediction was canceled by its user',
  }),
  notes: [
    'a delivery is the prediction itself and names no event type: its status is taken for one',
    'one secret serves all webhooks of an account, and the API hands it out',
  ],
});
