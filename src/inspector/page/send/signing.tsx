import type { Breakage, ProviderItem } from '../../contract.ts';
import { HeaderField } from '../ui/header-field.tsx';
import { SecretField } from '../ui/secret-field.tsx';
import { BREAKAGES, type Signing } from './compose.ts';

/** How the request is signed, and what is to be wrong with it. */
export function SigningFields({
  provider,
  signing,
  onChange,
}: {
  readonly provider: ProviderItem;
  readonly signing: Signing;
  readonly onChange: (signing: Signing) => void;
}) {
  const { secret, unsigned, broken, headers } = signing;
  return (
    <fieldset class="signing">
      <legend>Signature and headers</legend>
      <div class="fields">
        <SecretField
          label="Secret"
          value={secret}
          disabled={unsigned}
          placeholder={provider.hasSecret ? 'the configured one' : 'none is configured: type one'}
          onInput={(value) => onChange({ ...signing, secret: value })}
        />
        <label>
          Break it
          <select
            value={unsigned ? '' : broken}
            disabled={unsigned}
            onChange={(event) => onChange({ ...signing, broken: event.currentTarget.value as Breakage | '' })}
          >
            <option value="">No: send it as it should be</option>
            {provider.breakages.map((breakage) => (
              <option key={breakage} value={breakage}>
                {BREAKAGES[breakage]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={unsigned}
          onChange={(event) => onChange({ ...signing, unsigned: event.currentTarget.checked })}
        />
        Send it unsigned
      </label>
      <HeaderField
        label="Extra headers, one a line"
        value={headers}
        onInput={(value) => onChange({ ...signing, headers: value })}
      />
    </fieldset>
  );
}
