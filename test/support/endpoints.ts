import type { Endpoint } from '../../src/model/endpoint.ts';
import { newEndpoint } from './deliveries.ts';

export const TEST_SECRET = 'a secret of the tests';

/** An endpoint of de.iterate's, which disables none. */
export function endpointWith(settings: Partial<Endpoint> & Pick<Endpoint, 'id' | 'url'>): Endpoint {
  return newEndpoint({ provider: 'deiterate', secret: TEST_SECRET, ...settings });
}
