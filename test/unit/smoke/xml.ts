export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** The text directly within it; white space between elements is left out. */
  readonly text: string;
}

const NAME = '[A-Za-z_][\\w.-]*';
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const TOKEN = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>|([^<]+)`, 'y');

/** A strict reader of the XML that reports need: throws for whatever is not well-formed. */
export function parseXml(text: string): Element {
  const found = FORBIDDEN.exec(text);
  if (found !== null) throw new Error(`a character that XML forbids at ${found.index}`);
  const source = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const root = { name: '', attributes: {}, children: [] as Element[], text: '' };
  const open: (typeof root)[] = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw new Error(`not well-formed at ${at}: ${source.slice(at, at + 40)}`);
    const [, end, name, attributes = '', empty, characters] = match;
    const parent = open.at(-1)!;
    if (characters !== undefined) parent.text += unescapeXml(characters);
    else if (end === '/') {
      if (parent.name !== name) throw new Error(`</${name}> ends <${parent.name}>`);
      if (parent.children.length > 0) parent.text = parent.text.trim();
      open.pop();
    } else {
      const element = { name: name!, attributes: readAttributes(attributes), children: [], text: '' };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one whole element');
  return root.children[0]!;
}

function readAttributes(text: string): Record<string, string> {
  const pairs = Array.from(text.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g')), ([, name, value]) => {
    if (/[\t\n\r]/.test(value!)) throw new Error('white space in an attribute becomes a blank');
    return [name!, unescapeXml(value!)] as const;
  });
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) throw new Error('an attribute twice');
  return Object.fromEntries(pairs);
}

function unescapeXml(text: string): string {
  return text.replace(/&(#\d+|\w+)?;?/g, (entity, name: string | undefined) => {
    if (name?.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    const character = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name ?? ''];
    if (character === undefined || !entity.endsWith(';')) throw new Error(`no entity: ${entity}`);
    return character;
  });
}
