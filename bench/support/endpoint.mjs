/** An active endpoint of Iverton's that wants everything. */
export function endpoint(settings) {
  return {
    id: 'ep_bench',
    provider: 'iverton',
    url: 'http://127.0.0.1:9/',
    eventTypes: ['*'],
    secret: 'whsec_x',
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
