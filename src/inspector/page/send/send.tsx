import { useState } from 'preact/hooks';
import type { AttemptAnswer, ProviderItem, State } from '../../contract.ts';
import { send } from '../api.ts';
import { change, usePlace } from '../location.ts';
import { useAction } from '../ui/action.ts';
import { Combobox } from '../ui/combobox.tsx';
import { Failure } from '../ui/failure.tsx';
import { useProviders } from '../ui/lists.ts';
import { flaw, forgeRequest, PLAIN, typeIn, type Signing } from './compose.ts';
import { history, remember, type SentItem } from './history.ts';
import { PayloadEditor } from './payload-editor.tsx';
import { RequestPreview } from './preview.tsx';
import { Publish } from './publish.tsx';
import { History, SentAnswer } from './sent.tsx';
import { SigningFields } from './signing.tsx';
import { Target } from './target.tsx';
import { useForged } from './use-forged.ts';
import { usePayload } from './use-payload.ts';

const LAST_TARGET = 'last target';
const LAST_PROVIDER = 'last provider';
/** A secret is not kept anywhere but in the page's memory. */
let keptSigning: Signing = PLAIN;

export function Send({ state }: { readonly state: State | null }) {
  const { data, failure } = useProviders();
  const { params } = usePlace();
  if (data === null) return <Failure failure={failure} />;
  const provider =
    find(data, params['provider']) ?? find(data, localStorage.getItem(LAST_PROVIDER)) ?? firstOf(data);
  return provider === undefined ? null : <Form state={state} providers={data} provider={provider} />;
}

function find(
  providers: readonly ProviderItem[],
  wanted: string | null | undefined,
): ProviderItem | undefined {
  return providers.find(({ id }) => id === wanted);
}

/** Best one that can sign. */
function firstOf(providers: readonly ProviderItem[]): ProviderItem | undefined {
  return providers.find(({ hasSecret }) => hasSecret) ?? providers[0];
}

function Form({
  state,
  providers,
  provider,
}: {
  readonly state: State | null;
  readonly providers: readonly ProviderItem[];
  readonly provider: ProviderItem;
}) {
  const { params } = usePlace();
  const isPublish = params['mode'] === 'publish';
  const type = typeIn(provider, params['type']);
  const [typed, setTyped] = useState<string | null>(null);
  const to = typed ?? params['to'] ?? state?.receiver?.url ?? localStorage.getItem(LAST_TARGET) ?? '';
  const [signing, setSigning] = useState(keptSigning);
  const payload = usePayload(provider.id, type);
  const request =
    payload.body === null || to === '' || isPublish
      ? null
      : forgeRequest(provider, type, payload.body, to, signing);
  const preview = useForged(request);
  const { busy, failure, run } = useAction();
  const [shown, show] = useState<SentItem | undefined>(history()[0]);

  async function submit(): Promise<void> {
    if (request === null || busy) return;
    localStorage.setItem(LAST_TARGET, to);
    const answer = await run(() => send<AttemptAnswer>('POST', '/api/send', request));
    if (answer !== undefined) show(remember({ type, to, note: flaw(request), attempt: answer.attempt }));
  }

  return (
    <form
      class="send"
      aria-label={isPublish ? 'Publish an event' : 'Send an event'}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isPublish) return;
        event.preventDefault();
        void submit();
      }}
    >
      <h1 class="visually-hidden">Send</h1>
      <fieldset class="modes">
        <legend class="visually-hidden">What to do with it</legend>
        <label class="check">
          <input type="radio" name="mode" checked={!isPublish} onChange={() => change({ mode: undefined })} />
          Send to a URL
        </label>
        <label class="check">
          <input type="radio" name="mode" checked={isPublish} onChange={() => change({ mode: 'publish' })} />
          Publish to endpoints
        </label>
      </fieldset>
      <div class="send-head">
        <label>
          Provider
          <select
            value={provider.id}
            onChange={(event) => {
              localStorage.setItem(LAST_PROVIDER, event.currentTarget.value);
              change({ provider: event.currentTarget.value, type: undefined });
            }}
          >
            {providers.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <Combobox
          label="Event type"
          value={type}
          options={provider.events}
          onChoose={(name) => change({ provider: provider.id, type: name })}
        />
        {!isPublish && (
          <>
            <Target
              state={state}
              to={to}
              onInput={(next) => {
                setTyped(next);
                change({ to: next }, { replace: true });
              }}
            />
            <button
              type="submit"
              class="primary send-button"
              disabled={busy || request === null}
              title="Ctrl+Enter"
            >
              {busy ? 'Sending…' : 'Send'}
            </button>
          </>
        )}
      </div>
      <div class="send-body">
        <div class="send-side">
          <PayloadEditor payload={payload} />
          {!isPublish && (
            <SigningFields
              provider={provider}
              signing={signing}
              onChange={(next) => {
                keptSigning = next;
                setSigning(next);
              }}
            />
          )}
        </div>
        <div class="send-side">
          {isPublish ? (
            <Publish
              state={state}
              request={payload.body === null ? null : { provider: provider.id, type, body: payload.body }}
            />
          ) : (
            <>
              <Failure failure={failure} />
              {shown !== undefined && <SentAnswer item={shown} state={state} />}
              {to === '' && <p class="empty">Say where to send to, and the request is shown here.</p>}
              {request !== null && (
                <RequestPreview preview={preview} provider={provider} isUnsigned={signing.unsigned} />
              )}
              {history().length > 0 && <History items={history()} shown={shown?.number} onShow={show} />}
            </>
          )}
        </div>
      </div>
    </form>
  );
}
