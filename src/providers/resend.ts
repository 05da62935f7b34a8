import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { standardScheme, svixHabits } from './standard.ts';

/** Resend: what became of emails. Sends by way of Svix. */
export const resend = defineProvider({
  ...svixHabits,
  id: 'resend',
  name: 'Resend',
  signature: standardScheme('svix'),
  envelope: {
    type: [{ body: 'type' }],
    id: [{ header: 'svix-id' }],
    time: [{ body: 'created_at' }],
    data: 'data',
  },
  https: assumed('not-required', 'whether an http address is refused is not said'),
  events: eventTypes('synthesized', {
    'email.sent': 'An email was handed to its mail server',
    'email.delivered': 'An email reached its mail server',
    'email.delivery_delayed': 'An email could not be delivered yet',
    'email.bounced': 'An email was returned for good',
    'email.complained': 'A recipient reported spam',
    'email.opened': 'A recipient opened an email',
    'email.clicked': 'A recipient followed a link',
    'email.failed': 'An email could not be sent',
    'contact.created': 'A contact was added',
    'contact.updated': 'A contact changed',
    'domain.updated': 'A domain changed, its verification for one',
  }),
  notes: ['the headers are named svix-id, svix-timestamp and svix-signature, not webhook-*'],
});
