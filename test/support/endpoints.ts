import type { Endpoint } from '../../src/model/endpoint.ts';

export const TEST_SECRET = 'a secret of the tests';

/** An active endpoint of de.iterate's that wants everything, as its provider does it. */
export function endpointWith(settings: Partial<Endpoint> & Pick<Endpoint, 'id' | 'url'>): Endpoint {
  return {
    provider: 'deiterate',
    eventTypes: ['*'],
    secret: TEST_SECRET,
    headers: [],
    filters: {},
    timeoutMs: null,
    retryCount: null,
    retryDelayMs: null,
    delaysMs: null,
    status: 'active',
    disabledReason: null,
    disabledAt: null,
    testedAt: null,
    failures: 0,
    createdAt: 0,
    updatedAt: 0,
    ...settings,
  };
}
