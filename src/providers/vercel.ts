import { assumed, defineProvider } from './provider.ts';
import { exponentialOver } from './schedules.ts';

/** Vercel: deployments, projects and domains. */
export const vercel = defineProvider({
  id: 'vercel',
  name: 'Vercel',
  signature: {
    kind: 'hmac',
    hash: 'sha1',
    signature: { header: 'x-vercel-signature' },
    forms: [{ prefix: '', encoding: 'hex' }],
  },
  envelope: assumed(
    {
      type: [{ body: 'type' }],
      id: [{ body: 'id' }],
      time: [{ body: 'createdAt' }],
      data: 'payload',
      freshIds: ['id'],
    },
    'the fields are as integrations read them',
  ),
  success: assumed([[200, 299]], 'any 2xx is taken for a success, as integrations describe it'),
  timeoutMs: assumed(30_000, '30 seconds are what integrations count on'),
  retry: assumed(
    { delaysSeconds: exponentialOver(86_400, 11, 2) },
    'growing waits for up to 24 hours are how integrations describe it; the first wait is a guess',
  ),
  endpoint: { secret: assumed('generated', 'it is shown once, when the webhook is created') },
  events: [
    { name: 'deployment.created', description: 'A deployment was begun', payload: 'synthesized' },
    { name: 'deployment.succeeded', description: 'A deployment was built', payload: 'synthesized' },
    { name: 'deployment.error', description: 'A deployment failed', payload: 'synthesized' },
    { name: 'deployment.canceled', description: 'A deployment was canceled', payload: 'synthesized' },
    {
      name: 'deployment.promoted',
      description: 'A deployment was promoted to production',
      payload: 'synthesized',
    },
    { name: 'project.created', description: 'A project was created', payload: 'synthesized' },
    { name: 'project.removed', description: 'A project was removed', payload: 'synthesized' },
    { name: 'domain.created', description: 'A domain was added', payload: 'synthesized' },
  ],
  notes: ['the digest is SHA-1 and bare; libraries that expect SHA-256 refuse what Vercel signed'],
});
