import { defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { standardEnvelope, standardScheme, svixHabits } from './standard.ts';

/** Svix: delivers webhooks for other services. */
export const svix = defineProvider({
  ...svixHabits,
  id: 'svix',
  name: 'Svix',
  signature: standardScheme('svix', { fallback: 'webhook' }),
  signatureAssumptions: [
    'webhook-* headers are looked at where there are no svix-* ones, as its libraries do',
  ],
  generic: true,
  envelope: { ...standardEnvelope, id: [{ header: 'svix-id' }] },
  events: eventTypes('synthetic', {
    'user.signup': 'A user signed up',
    'invoice.paid': 'An invoice was paid',
    'subscription.canceled': 'A subscription was ended',
    'message.attempt.exhausted': 'All attempts to deliver a message failed',
  }),
  notes: [
    'services that send by way of Svix name their own event types: these are examples',
    'the type in the body is a convention; Svix itself adds nothing to a body',
  ],
});
