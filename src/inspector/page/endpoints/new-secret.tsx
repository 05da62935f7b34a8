import { SecretField } from '../ui/secret-field.tsx';
import { SECRET_BYTES, secretFrom } from './secret.ts';

/** A secret that the reader gives, or has made here. */
export function NewSecret({
  label,
  value,
  placeholder,
  onInput,
}: {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly onInput: (value: string) => void;
}) {
  return (
    <SecretField label={label} value={value} placeholder={placeholder} onInput={onInput}>
      <button
        type="button"
        onClick={() => onInput(secretFrom(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}
      >
        Generate
      </button>
    </SecretField>
  );
}
