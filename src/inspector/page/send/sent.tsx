import type { State } from '../../contract.ts';
import { hrefOf } from '../location.ts';
import { Answer, Outcome } from '../ui/exchange.tsx';
import { Link } from '../ui/link.tsx';
import { OutcomeTag } from '../ui/tags.tsx';
import { Age } from '../ui/time.tsx';
import { leadsTo } from './compose.ts';
import type { SentItem } from './history.ts';

/** What the target answered. */
export function SentAnswer({ item, state }: { readonly item: SentItem; readonly state: State | null }) {
  return (
    <section class="answer" aria-label="The answer" key={item.number}>
      <div class="row section-head">
        <h2>The answer</h2>
        <span class="dim">
          <Age at={item.attempt.startedAt} />
        </span>
        <span class="row section-end">
          {leadsTo(item.to, state?.receiver?.url) && (
            <Link href={hrefOf('captures')}>See it under Captures</Link>
          )}
        </span>
      </div>
      <div role="status">
        <Outcome attempt={item.attempt} />
      </div>
      {item.attempt.response !== null && <Answer attempt={item.attempt} />}
    </section>
  );
}

/** What was sent since the page was loaded. */
export function History({
  items,
  shown,
  onShow,
}: {
  readonly items: readonly SentItem[];
  readonly shown: number | undefined;
  readonly onShow: (item: SentItem) => void;
}) {
  return (
    <section aria-labelledby="sent-title">
      <h2 id="sent-title" class="section-head">
        Sent from this page
      </h2>
      <ul class="sent-list panel">
        {items.map((item) => (
          <li key={item.number}>
            <button
              type="button"
              class="quiet"
              aria-pressed={item.number === shown}
              onClick={() => onShow(item)}
            >
              <OutcomeTag attempt={item.attempt} />
              <span class="mono">{item.type}</span>
              <span class="dim clip">
                <span class="mono">{item.to}</span>
                {item.note !== '' && ` · ${item.note}`}
              </span>
              <span class="dim">
                <Age at={item.attempt.startedAt} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
