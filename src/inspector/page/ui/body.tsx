import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatSize } from '../../../model/size.ts';
import type { BodyFields, Header } from '../../contract.ts';
import { bytesOf, isEmpty, readBody, type BodyContent } from './body-content.ts';
import { CopyButton } from './copy.tsx';
import { HEX_LIMIT, hexLines } from './hex.ts';
import { JsonTree } from './json-tree.tsx';
import { LongText } from './long-text.tsx';
import { Tabs, type Tab } from './tabs.tsx';

const TEXT_AT_ONCE = 200_000;

/** A body in the ways it can be looked at. `decoded` is what is behind its Content-Encoding, `size` its length in bytes. */
export function Body({
  headers,
  fields,
  decoded = null,
  size,
  truncated = false,
  label = 'Body',
  actions,
}: {
  readonly headers: readonly Header[];
  readonly fields: BodyFields;
  readonly decoded?: BodyFields | null;
  readonly size: number;
  readonly truncated?: boolean;
  readonly label?: string;
  /** Buttons beside those of its own. */
  readonly actions?: ComponentChildren;
}) {
  const wire = 'body' in fields ? fields.body : fields.bodyBase64;
  const inner = decoded === null ? null : 'body' in decoded ? decoded.body : decoded.bodyBase64;
  const type = JSON.stringify(headers.filter(([name]) => /^content-/i.test(name)));
  const content = useMemo(
    () => readBody({ headers, fields, decoded, truncated }),
    [wire, inner, type, truncated],
  );
  if (isEmpty(fields)) return <p class="dim">No body.</p>;
  const { text, notes } = content;
  return (
    <div class="body-view">
      <Tabs
        label={`${label}: how it is shown`}
        tabs={tabsOf(content, fields)}
        extra={
          <span class="row body-tools">
            <span class="dim">{formatSize(size)}</span>
            {text !== null && <CopyButton label="Copy" text={() => text} />}
            {actions}
          </span>
        }
      />
      {notes.map((note) => (
        <p key={note} class="body-note">
          {note}
        </p>
      ))}
    </div>
  );
}

function tabsOf({ text, shape }: BodyContent, fields: BodyFields): Tab[] {
  const tabs: Tab[] = [];
  if (shape.kind === 'json') tabs.push({ name: 'Pretty', content: () => <JsonTree json={shape.json} /> });
  if (shape.kind === 'form') tabs.push({ name: 'Pretty', content: () => <Form fields={shape.fields} /> });
  if (text !== null) {
    const content = (): ComponentChildren => (
      <pre class="block">
        <LongText text={text} most={TEXT_AT_ONCE} />
      </pre>
    );
    tabs.push({ name: 'Raw', content });
  }
  tabs.push({ name: 'Hex', content: () => <Hex fields={fields} /> });
  return tabs;
}

function Form({ fields }: { readonly fields: readonly (readonly [name: string, value: string])[] }) {
  return (
    <table class="pairs" aria-label="Form fields">
      <tbody>
        {fields.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>
              <LongText text={value} most={2_000} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Hex({ fields }: { readonly fields: BodyFields }) {
  const wire = 'body' in fields ? fields.body : fields.bodyBase64;
  const { lines, isCut } = useMemo(() => {
    const bytes = bytesOf(fields);
    return { lines: hexLines(bytes).join('\n'), isCut: bytes.length > HEX_LIMIT };
  }, [wire]);
  return (
    <>
      <pre class="block hex" tabIndex={0} aria-label="Bytes in hexadecimal">
        {lines}
      </pre>
      {isCut && <p class="body-note">The first {formatSize(HEX_LIMIT)} are shown.</p>}
    </>
  );
}
