import { useState } from 'preact/hooks';
import type { BulkAnswer, DeliveryQuery } from '../../contract.ts';
import { send } from '../api.ts';
import { Confirm } from '../ui/confirm.tsx';
import { CANCELED, RETRIED, subject } from './filters.ts';

/** Retries or cancels all that match the filters. */
export function Bulk({
  query,
  urlOf,
}: {
  readonly query: DeliveryQuery;
  readonly urlOf: (id: string) => string;
}) {
  const [asked, ask] = useState<'retry' | 'cancel' | null>(null);
  const [said, say] = useState('');
  const retried = subject(query, RETRIED, urlOf);
  const canceled = subject(query, CANCELED, urlOf);

  async function act(what: 'retry' | 'cancel'): Promise<void> {
    const { deliveries } = await send<BulkAnswer>('POST', `/api/deliveries/${what}`, query);
    const count = deliveries === 1 ? '1 delivery' : `${deliveries} deliveries`;
    say(what === 'retry' ? `${count} made due` : `${count} canceled`);
  }

  return (
    <>
      <span role="status" class="dim">
        {said}
      </span>
      <button type="button" disabled={retried === null} onClick={() => ask('retry')}>
        Retry all…
      </button>
      <button type="button" disabled={canceled === null} onClick={() => ask('cancel')}>
        Cancel all…
      </button>
      {asked === 'retry' && (
        <Confirm
          title="Retry all that match"
          action="Retry them"
          onClose={() => ask(null)}
          onConfirm={() => act('retry')}
        >
          <p>
            Makes due now: all <b class="break">{retried}</b>. Each is tried once more, with the same event
            and the same body. Tests, and what goes to an endpoint that is not active, are left out.
          </p>
        </Confirm>
      )}
      {asked === 'cancel' && (
        <Confirm
          title="Cancel all that wait"
          action="Cancel them"
          danger
          onClose={() => ask(null)}
          onConfirm={() => act('cancel')}
        >
          <p>
            Cancels all <b class="break">{canceled}</b>: they are not tried again, unless they are retried by
            hand.
          </p>
        </Confirm>
      )}
    </>
  );
}
