import { isoSeconds } from '../model/clock.ts';
import { LOG_STATUS } from './log.ts';
import { ANY_2XX, assumed, defineProvider, documented, type LogEntry } from './provider.ts';

/** Filedgr: verifiable data vaults and data streams. */
export const filedgr = defineProvider({
  id: 'filedgr',
  name: 'Filedgr',
  stability: 'draft',
  signature: documented({
    kind: 'hmac',
    hash: 'sha256',
    signature: { header: 'X-Filedgr-Signature' },
    forms: [
      { prefix: '', encoding: 'hex' },
      { prefix: 'sha256=', encoding: 'hex' },
    ],
  }),
  signatureAssumptions: ['a digest after sha256= is accepted as well as the documented bare one'],
  envelope: documented({
    type: [{ body: 'eventType' }, { header: 'X-Filedgr-Event-Type' }],
    id: [{ body: 'eventId' }, { header: 'X-Filedgr-Event-ID' }],
    time: [{ body: 'timestamp' }],
    endpointId: [],
    data: 'data',
    freshIds: ['eventId'],
  }),
  headers: [
    { name: 'Content-Type', value: { text: 'application/json' } },
    { name: 'X-Filedgr-Event-Type', value: { from: 'eventType' } },
    { name: 'X-Filedgr-Event-ID', value: { from: 'eventId' } },
  ],
  success: documented(ANY_2XX),
  deadlineMs: documented(30_000),
  timeoutMs: documented(30_000),
  retry: assumed(
    { delaysSeconds: [2, 4, 8, 16] },
    'the delivery code makes 5 attempts with doubling waits, the sample configuration 3 with 5 seconds between: the code is followed',
  ),
  disable: assumed(null, 'nothing is said of disabling an endpoint'),
  ipRanges: assumed(null, 'known ranges are mentioned, and nowhere listed'),
  https: documented('required'),
  endpoint: {
    secret: documented('given'),
    headers: documented(true),
    filters: [
      {
        name: 'vaultIds',
        description: 'only events of these vaults',
        places: [{ body: 'data.vaultId' }],
      },
      {
        name: 'templateIds',
        description: 'only events of vaults made from these templates',
        places: [{ body: 'data.templateId' }],
        rememberedBy: 'data.vaultId',
      },
      {
        name: 'userIds',
        description: 'only what these users did',
        places: [
          { body: 'data.owner', eventTypes: ['vault.created'] },
          { body: 'data.uploadedBy' },
          { body: 'data.changedBy' },
          { body: 'data.userId', eventTypes: ['vault.accessed'] },
        ],
      },
    ],
    enable: assumed('nothing', 'nothing is said of disabling an endpoint'),
    log: documented((webhookId, entries) => ({
      webhookId,
      logs: entries.map(
        ({ eventId, eventType, status, responseStatus, responseTimeMs, at, attempts, error }) => ({
          eventId,
          eventType,
          deliveryStatus: status === 'pending' && attempts > 0 ? 'retrying' : LOG_STATUS[status],
          httpStatus: responseStatus,
          responseTime: responseTimeMs,
          timestamp: isoSeconds(at),
          attempts,
          ...(status === 'succeeded' || (responseStatus === null && error === null)
            ? {}
            : { lastError: lastError(responseStatus, error) }),
        }),
      ),
    })),
  },
  events: [
    { name: 'vault.created', description: 'A vault was opened', payload: 'documented' },
    {
      name: 'vault.data_updated',
      description: 'Data in a vault was added or changed',
      payload: 'documented',
    },
    { name: 'vault.permission_changed', description: 'Access to a vault changed', payload: 'documented' },
    {
      name: 'vault.verification_complete',
      description: 'A verification on the blockchain finished',
      payload: 'documented',
    },
    { name: 'stream.data_received', description: 'A stream got new data', payload: 'documented' },
    { name: 'stream.alert_triggered', description: 'A stream crossed a threshold', payload: 'documented' },
    { name: 'vault.accessed', description: 'Someone looked into a vault', payload: 'documented' },
  ],
  notes: [
    'Filedgr calls its webhook documents future content: they may change',
    'the documented validation rejects a body with top-level fields beyond the four of the envelope',
    'an endpoint can have headers of its own, sent with each delivery',
    'an endpoint can set retryCount (read as attempts in all), retryDelay (a fixed wait) and timeout, both in seconds',
  ],
});

function lastError(status: number | null, error: LogEntry['error']): string {
  if (error === null) return `HTTP ${status}`;
  return error.code === 'timeout' ? 'Connection timeout' : error.message;
}
