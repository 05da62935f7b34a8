import type { EndpointAnswer, EndpointItem } from '../../contract.ts';
import { send } from '../api.ts';
import { useAction } from '../ui/action.ts';
import { Failure } from '../ui/failure.tsx';

/** Enables or disables an endpoint. Some providers want a test passed before: then it is offered here. */
export function Switch({
  endpoint,
  onChanged,
  onTest,
}: {
  readonly endpoint: EndpointItem;
  readonly onChanged: () => void;
  readonly onTest: () => void;
}) {
  const { busy, failure, run, forget } = useAction();
  const isActive = endpoint.status === 'active';
  const wantsTest = !isActive && failure !== null && failure.code === 'ERR_TEST_WANTED';

  async function become(what: 'enable' | 'disable', body = {}): Promise<void> {
    const answer = await run(() =>
      send<EndpointAnswer>('POST', `/api/endpoints/${endpoint.id}/${what}`, body),
    );
    if (answer !== undefined) onChanged();
  }

  return (
    <>
      <button type="button" disabled={busy} onClick={() => void become(isActive ? 'disable' : 'enable')}>
        {isActive ? 'Disable' : 'Enable'}
      </button>
      {failure !== null && (
        <div class="switch-problem stack">
          <Failure failure={failure} />
          {wantsTest && (
            <div class="row">
              <button
                type="button"
                class="primary"
                onClick={() => {
                  forget();
                  onTest();
                }}
              >
                Test now
              </button>
              <button type="button" disabled={busy} onClick={() => void become('enable', { force: true })}>
                Enable anyway
              </button>
            </div>
          )}
        </div>
      )}
    </>
  );
}
