import { assumed, defineProvider } from './provider.ts';
import { eventTypes } from './event-types.ts';
import { standardScheme, svixHabits } from './standard.ts';

/** Clerk: users, sessions and organizations. Sends by way of Svix. */
export const clerk = defineProvider({
  ...svixHabits,
  id: 'clerk',
  name: 'Clerk',
  signature: standardScheme('svix'),
  envelope: {
    type: [{ body: 'type' }],
    id: [{ header: 'svix-id' }],
    time: [{ body: 'timestamp' }],
    data: 'data',
  },
  https: assumed('not-required', 'whether an http address is refused is not said'),
  events: eventTypes('synthesized', {
    'user.created': 'A user was created',
    'user.updated': 'A user changed',
    'user.deleted': 'A user was deleted',
    'session.created': 'A user signed in',
    'session.ended': 'A session was ended by its user',
    'organization.created': 'An organization was created',
    'organizationMembership.created': 'A user joined an organization',
    'organizationInvitation.created': 'Somebody was invited to an organization',
  }),
  notes: [
    'the headers are named svix-id, svix-timestamp and svix-signature, not webhook-*',
    'times are milliseconds since 1970',
  ],
});
