import type { AttemptItem, CaptureItem, DeliveryStatus, EndpointStatus, Verdict } from '../../contract.ts';

type Tone = 'good' | 'bad' | 'warn' | 'dim';

/** A word in the colour of what it means. */
export function Tag({
  tone,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly children: string;
  readonly title?: string | undefined;
}) {
  return (
    <span class={`tag is-${tone}`} title={title}>
      {children}
    </span>
  );
}

export function VerdictTag({ verdict }: { readonly verdict: Verdict | null }) {
  if (verdict === null)
    return (
      <Tag tone="dim" title="no provider, or no secret to verify with">
        not verified
      </Tag>
    );
  const tone = verdict.ok ? ((verdict.warnings ?? []).length > 0 ? 'warn' : 'good') : 'bad';
  return (
    <Tag tone={tone} title={verdict.message}>
      {verdict.ok ? (verdict.reason === 'unsigned' ? 'unsigned' : 'verified') : verdict.reason}
    </Tag>
  );
}

export function StatusTag({ status }: { readonly status: number | null | undefined }) {
  if (status === undefined) return <Tag tone="dim">…</Tag>;
  if (status === null) return <Tag tone="bad">dropped</Tag>;
  return <Tag tone={status < 300 ? 'good' : status < 500 ? 'warn' : 'bad'}>{String(status)}</Tag>;
}

/** What came of an attempt. */
export function OutcomeTag({ attempt }: { readonly attempt: AttemptItem }) {
  const { ok, response, error } = attempt;
  return (
    <Tag tone={ok ? 'good' : 'bad'} title={error?.message}>
      {response === null ? (error?.code ?? 'no answer') : String(response.status)}
    </Tag>
  );
}

const DELIVERY_TONES: Readonly<Record<DeliveryStatus, Tone>> = {
  pending: 'warn',
  sending: 'warn',
  succeeded: 'good',
  failed: 'bad',
  discarded: 'dim',
  canceled: 'dim',
};

export function DeliveryTag({ status }: { readonly status: DeliveryStatus }) {
  return <Tag tone={DELIVERY_TONES[status]}>{status}</Tag>;
}

export function EndpointTag({ status }: { readonly status: EndpointStatus }) {
  return <Tag tone={status === 'active' ? 'good' : status === 'disabled' ? 'bad' : 'dim'}>{status}</Tag>;
}

/** What a capture is called: its event type, else its method and path. */
export function captureName({
  eventType,
  method,
  path,
}: Pick<CaptureItem, 'eventType' | 'method' | 'path'>): string {
  return eventType ?? `${method} ${path}`;
}
