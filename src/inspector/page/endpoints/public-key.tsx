import { CopyButton } from '../ui/copy.tsx';

/** What the app verifies with, where the secret is a private key. */
export function PublicKey({ value }: { readonly value: string }) {
  return (
    <>
      <span class="row">
        <code class="break key">{value}</code>
        <CopyButton label="Copy public key" text={() => value} />
      </span>
      <p class="field-note">
        Give this to the app that receives: it verifies with it. The private key stays here, to sign with.
      </p>
    </>
  );
}
