import type { ClockState, DeliveryItem } from '../../contract.ts';
import { DeliveryTag } from '../ui/tags.tsx';
import { Age } from '../ui/time.tsx';
import { Due } from './due-time.tsx';
import { useEngineTime } from './use-engine-time.ts';

export function DeliveryRow({
  delivery,
  url,
  engine,
}: {
  readonly delivery: DeliveryItem;
  readonly url: string;
  readonly engine: ClockState | null;
}) {
  const { status, eventType, attempts, nextAttemptAt, createdAt, trigger } = delivery;
  return (
    <span class="delivery-row">
      <DeliveryTag status={status} />
      <span class="mono clip delivery-type">{eventType ?? 'no type'}</span>
      <span class="dim mono clip delivery-url">{url}</span>
      <span class="dim delivery-tries">
        {trigger === 'test' && 'test · '}
        {attempts === 0 ? 'not tried' : attempts === 1 ? '1 attempt' : `${attempts} attempts`}
        {nextAttemptAt !== null && (
          <>
            {' '}
            · due <Due at={nextAttemptAt} engine={engine} />
          </>
        )}
      </span>
      <span class="dim delivery-age">
        <EngineAge at={createdAt} engine={engine} />
      </span>
    </span>
  );
}

export function EngineAge({ at, engine }: { readonly at: string; readonly engine: ClockState | null }) {
  const now = useEngineTime(engine);
  return <Age at={at} now={now} />;
}
