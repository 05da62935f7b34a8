import type { State } from '../../contract.ts';
import { change, hrefOf } from '../location.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Link } from '../ui/link.tsx';
import { withoutFilters } from './filters.ts';

/** Where webhooks are received, and how to make the first one. */
export function Welcome({ state, isFirst }: { readonly state: State | null; readonly isFirst: boolean }) {
  if (state === null) return null;
  const { receiver } = state;
  return (
    <div class="welcome stack">
      <h2>{isFirst ? 'No captures yet' : 'Choose a capture to look into it'}</h2>
      {receiver === null ? (
        <p class="dim">This process receives no webhooks. To receive some, run: webhook-cli listen --ui</p>
      ) : (
        <>
          <p class="dim">
            {isFirst ? 'The first one shows up here as soon as it arrives. ' : ''}
            Point a provider, or your own code, at:
          </p>
          <Address label={receiver.tunnelUrl === null ? 'Receiver' : 'On this machine'} text={receiver.url} />
          {receiver.tunnelUrl !== null && <Address label="From anywhere" text={receiver.tunnelUrl} />}
          {receiver.forward !== null && (
            <p class="dim">
              What arrives is passed on to <code>{receiver.forward}</code>
            </p>
          )}
          <p class="dim">Or try it from a terminal:</p>
          <Address
            label="curl"
            text={`curl -d '{"hello":"world"}' -H 'Content-Type: application/json' ${receiver.url}`}
          />
        </>
      )}
      <p>
        <Link href={hrefOf('send')}>Send a signed webhook from this page</Link>
      </p>
    </div>
  );
}

function Address({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div class="address">
      <span class="dim">{label}</span>
      <code>{text}</code>
      <CopyButton label="Copy" text={() => text} />
    </div>
  );
}

export function NothingMatches() {
  return (
    <div class="empty">
      <p>Nothing matches these filters.</p>
      <button type="button" onClick={() => change(withoutFilters())}>
        Clear filters
      </button>
    </div>
  );
}
