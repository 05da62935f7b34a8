import type { Handshake } from '../providers/handshake.ts';

/**
 * What senders of CloudEvents ask before they deliver, whoever they are: whether this place takes webhooks at all.
 * Source: CloudEvents, HTTP 1.1 Web Hooks for Event Delivery, section 4.
 */
export const cloudEvents: Handshake = {
  name: 'CloudEvents validation',
  description: 'asks with OPTIONS whether an origin may deliver here, and how much of it',
  request: { method: 'OPTIONS', headers: { 'WebHook-Request-Origin': '{origin}' } },
  signed: false,
  respond: {
    status: 200,
    headers: { Allow: 'POST', 'WebHook-Allowed-Origin': '{origin}', 'WebHook-Allowed-Rate': '*' },
  },
};
