import { formatSize } from '../../../model/size.ts';
import type { ProviderItem } from '../../contract.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Failure } from '../ui/failure.tsx';
import { Headers } from '../ui/headers.tsx';
import type { Preview } from './use-forged.ts';

const SIGNED = {
  given: 'Signed with the secret typed here.',
  configured: 'Signed with the configured secret.',
} as const;

/** The request as it will be sent. */
export function RequestPreview({
  preview,
  provider,
  isUnsigned,
}: {
  readonly preview: Preview;
  readonly provider: ProviderItem;
  /** Whether it was asked for. */
  readonly isUnsigned: boolean;
}) {
  const { forged, failure, isCurrent } = preview;
  const unsignedText = isUnsigned
    ? 'Not signed.'
    : `Not signed: no secret is configured for ${provider.name}, and none is typed here.`;
  return (
    <section class="preview" aria-label="The request" aria-busy={!isCurrent}>
      <div class="row section-head">
        <h2>The request</h2>
        {forged !== null && <span class="dim">{formatSize(forged.request.bodySize)} of body</span>}
        <span class="row section-end">
          {forged !== null && <CopyButton label="Copy as curl" text={() => forged.curl} />}
        </span>
      </div>
      <Failure failure={failure} />
      {forged !== null && (
        <div class="panel">
          <p class="mono break request-line">
            <b>{forged.request.method}</b> {forged.request.url}
          </p>
          <Headers
            headers={forged.request.headers}
            highlight={provider.signatureHeader}
            label="Headers of the request"
          />
          <p class="signed-with">
            {forged.signedWith === null ? unsignedText : SIGNED[forged.signedWith]}{' '}
            {forged.signedWith !== null && (
              <span class="dim">
                {provider.signatureHeader} is {provider.scheme}; it is made anew when it is sent.
              </span>
            )}
          </p>
        </div>
      )}
    </section>
  );
}
