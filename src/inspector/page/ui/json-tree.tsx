import { useState } from 'preact/hooks';
import type { JsonNode } from './json-syntax.ts';
import { isBranch, sourceOf, type Json } from './json.ts';
import { LongText } from './long-text.tsx';

const CHILDREN_AT_ONCE = 100;
const STRING_AT_ONCE = 2_000;
/** Up to this length all of it is open at first. */
const OPEN_LENGTH = 16_000;

/** JSON that folds. What is folded is not in the page. */
export function JsonTree({ json }: { readonly json: Json }) {
  const openDepth = json.text.length <= OPEN_LENGTH ? 32 : 1;
  return (
    <ul class="json" aria-label="JSON">
      <Item json={json} node={json.root} name={null} after="" depth={0} openDepth={openDepth} />
    </ul>
  );
}

interface ItemProps {
  readonly json: Json;
  readonly node: JsonNode;
  readonly name: string | null;
  readonly after: string;
  readonly depth: number;
  readonly openDepth: number;
}

function Item(props: ItemProps) {
  const { json, node, name, after } = props;
  if (isBranch(node) && node.entries.length > 0) return <Branch {...props} />;
  return (
    <li>
      <Name name={name} />
      <span class={`json-${node.type}`}>
        {isBranch(node) ? (
          node.type === 'array' ? (
            '[]'
          ) : (
            '{}'
          )
        ) : (
          <LongText text={sourceOf(json.text, node)} most={STRING_AT_ONCE} />
        )}
      </span>
      {after}
    </li>
  );
}

function Branch({ json, node, name, after, depth, openDepth }: ItemProps) {
  const [isOpen, setOpen] = useState(depth < openDepth);
  const [shown, setShown] = useState(CHILDREN_AT_ONCE);
  const count = node.entries.length;
  const [open, close] = node.type === 'array' ? '[]' : '{}';
  const what = `${count.toLocaleString('en')} ${node.type === 'array' ? 'item' : 'key'}${count === 1 ? '' : 's'}`;
  const head = (
    <button type="button" class="json-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
      <Name name={name} />
      {isOpen ? open : `${open}…${close}`}
      <span class="json-count">{isOpen ? <span class="visually-hidden">{what}</span> : what}</span>
    </button>
  );
  if (!isOpen) return <li>{head}</li>;
  return (
    <li>
      {head}
      <ul>
        {node.entries.slice(0, shown).map((entry, index) => (
          <Item
            key={index}
            json={json}
            node={entry.node}
            name={entry.name}
            after={index < count - 1 ? ',' : ''}
            depth={depth + 1}
            openDepth={openDepth}
          />
        ))}
        {shown < count && (
          <li>
            <button type="button" class="more" onClick={() => setShown(shown + CHILDREN_AT_ONCE)}>
              Show {Math.min(CHILDREN_AT_ONCE, count - shown)} more of {what}
            </button>
          </li>
        )}
      </ul>
      {close}
      {after}
    </li>
  );
}

function Name({ name }: { readonly name: string | null }) {
  if (name === null) return null;
  return (
    <>
      <span class="json-name">{name}</span>:{' '}
    </>
  );
}
