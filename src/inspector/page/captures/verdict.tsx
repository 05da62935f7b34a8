import type { Diagnosis, Verdict } from '../../contract.ts';
import { secretVariable } from './secret-variable.ts';
import { VerdictTag } from '../ui/tags.tsx';

/** Why a signature was taken or not, in words. */
export function VerdictNote({
  verdict,
  provider,
  diagnosis,
}: {
  readonly verdict: Verdict | null;
  readonly provider: string | null;
  readonly diagnosis: readonly Diagnosis[];
}) {
  if (verdict === null) {
    return (
      <p class="verdict is-none">
        <VerdictTag verdict={null} />{' '}
        {provider === null
          ? 'No provider was recognized, so there was nothing to verify. Name one with --provider.'
          : `It was not verified: there was no secret for ${provider}, or none that can be used, or it is a handshake that nobody signs. Give the secret with --secret, or in ${secretVariable(provider)}.`}
      </p>
    );
  }
  const warnings = verdict.warnings ?? [];
  return (
    <div class={`verdict ${verdict.ok ? (warnings.length > 0 ? 'is-warn' : 'is-ok') : 'is-failed'}`}>
      <p>
        <VerdictTag verdict={verdict} /> {verdict.message}
      </p>
      {warnings.map((warning) => (
        <p key={warning} class="verdict-warning">
          {warning}
        </p>
      ))}
      <p class="verdict-facts">
        <code>{verdict.scheme}</code> in <code>{verdict.header}</code>
        {verdict.form !== undefined && (
          <>
            {' '}
            as <code>{verdict.form}</code>
          </>
        )}
        {verdict.secretIndex !== undefined &&
          verdict.secretIndex > 0 &&
          `, with secret ${verdict.secretIndex + 1}`}
      </p>
      {diagnosis.length > 0 && (
        <ul aria-label="Why">
          {diagnosis.map(({ cause, confidence, fix }) => (
            <li key={cause}>
              <code>{cause}</code> ({confidence}): {fix}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
