import { useEffect, useState } from 'preact/hooks';
import type { EndpointItem, ProviderItem } from '../../contract.ts';
import { send } from '../api.ts';
import { useAction } from '../ui/action.ts';
import { Confirm } from '../ui/confirm.tsx';
import { CopyButton } from '../ui/copy.tsx';
import { Failure } from '../ui/failure.tsx';
import { NewSecret } from './new-secret.tsx';

/**
 * An endpoint's secret, masked until it is asked for. `isNew`: it was made just now, and is shown, unless it is a private key,
 * which nobody else needs.
 */
export function SecretView({
  endpoint,
  provider,
  isNew,
  onChanged,
}: {
  readonly endpoint: EndpointItem;
  readonly provider: ProviderItem | undefined;
  readonly isNew: boolean;
  readonly onChanged: () => void;
}) {
  const [secret, setSecret] = useState<string | null>(null);
  const [rotating, setRotating] = useState(false);
  const [given, setGiven] = useState('');
  const { busy, failure, run } = useAction();
  const path = `/api/endpoints/${endpoint.id}`;
  const isPrivate = endpoint.publicKey !== null;
  const isGiven = provider?.endpointSecret === 'given';

  async function reveal(): Promise<void> {
    const answer = await run(() => send<{ secret: string }>('POST', `${path}/secret`));
    if (answer !== undefined) setSecret(answer.secret);
  }
  useEffect(() => {
    if (isNew && endpoint.secret !== null && !isPrivate) void reveal();
  }, [isNew]);

  return (
    <>
      <span class="row">
        <code class="break key">{secret ?? endpoint.secret ?? 'none: deliveries go unsigned'}</code>
        {endpoint.secret !== null && (
          <button
            type="button"
            disabled={busy}
            onClick={() => (secret === null ? void reveal() : setSecret(null))}
          >
            {secret === null ? 'Reveal' : 'Hide'}
          </button>
        )}
        {secret !== null && <CopyButton label="Copy secret" text={() => secret} />}
        <button type="button" onClick={() => setRotating(true)}>
          Rotate…
        </button>
      </span>
      {isNew && secret !== null && !isPrivate && (
        <p class="field-note">Made for this endpoint: give it to the app that receives.</p>
      )}
      <Failure failure={failure} />
      {rotating && (
        <Confirm
          title="Rotate the secret"
          action="Rotate secret"
          onClose={() => setRotating(false)}
          onConfirm={async () => {
            const body = given === '' ? {} : { secret: given };
            const answer = await send<{ secret: string }>('POST', `${path}/rotate-secret`, body);
            setSecret(isPrivate ? null : answer.secret);
            setGiven('');
            onChanged();
          }}
        >
          <p>
            All that is delivered from now on, retries too, is signed with the new secret. An app that still
            verifies with the present one will refuse it.
            {isPrivate && ' It needs the new public key, which is shown here then.'}
          </p>
          {isGiven && <NewSecret label="New secret" value={given} placeholder="whsec_…" onInput={setGiven} />}
        </Confirm>
      )}
    </>
  );
}
