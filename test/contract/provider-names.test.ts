import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { builtIn } from '../../src/providers/index.ts';

const SRC = new URL('../../src/', import.meta.url);

/** Ids that are words of the language, which a text may hold without meaning the provider. */
const WORDS = new Set([
  'clerk',
  'line',
  'linear',
  'meta',
  'notion',
  'polar',
  'resend',
  'slack',
  'square',
  'stripe',
  'zoom',
]);

/** What senders of one make share. */
const FAMILIES = new Set(['providers/standard.ts', 'providers/meta-base.ts']);

/** The files that may name providers: one for each, what belongs to it alone or to its family, and the tables of them. */
function isOwn(path: string): boolean {
  if (FAMILIES.has(path)) return true;
  const own = /^(?:providers|emulator)\/([a-z-]+?)(?:-events)?\.ts$/.exec(path)?.[1];
  return (
    path === 'providers/registry.ts' ||
    path === 'emulator/index.ts' ||
    (own !== undefined && builtIn.has(own))
  );
}

interface Piece {
  readonly kind: 'text' | 'name';
  readonly text: string;
  readonly line: number;
}

/** Everything of a source file that is no comment and can name something. */
function pieces(path: string, source: string): Piece[] {
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true, kind);
  const found: Piece[] = [];
  const visit = (node: ts.Node): void => {
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
    if (ts.isIdentifier(node)) found.push({ kind: 'name', text: node.text, line });
    else if (
      ts.isStringLiteralLike(node) ||
      ts.isTemplateLiteralToken(node) ||
      ts.isJsxText(node) ||
      ts.isRegularExpressionLiteral(node)
    ) {
      node.text.split('\n').forEach((text, index) => found.push({ kind: 'text', text, line: line + index }));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** A command in a help's examples names a provider, and knows nothing of it. */
function isExample(text: string): boolean {
  return /webhook-cli \w+|--expect|'iverton:deal.won x2'|WEBHOOK_SECRET_|"secrets"/.test(text);
}

function camelCase(id: string): string {
  return id.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

const providers = builtIn.all.map(({ id, name }) => ({
  id,
  identifier: camelCase(id),
  inText: new RegExp(
    `(?<![\\w-])(?:${WORDS.has(id) ? '' : `${id}|`}${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})(?![\\w-])`,
  ),
}));

function named({ kind, text }: Piece): string[] {
  if (kind === 'text' && isExample(text)) return [];
  return providers
    .filter(({ id, identifier, inText }) =>
      kind === 'name' ? !WORDS.has(id) && text === identifier : text === id || inText.test(text),
    )
    .map(({ id }) => id);
}

/** Names that mean something else: a CI system is no provider. */
const MEANT_OTHERWISE: Readonly<Record<string, readonly string[]>> = {
  // The standard, which those sign by who do not say so.
  'diagnosis/contents.ts': ['Standard Webhooks'],
  'diagnosis/secrets.ts': ['Standard Webhooks'],
  // Node's event of that name, domains in what a tunnel prints, and the CI system's annotations.
  'tunnel/process-group.ts': ['line in'],
  'tunnel/public-url.ts': ['discord.gg', 'github.com'],
  'cli/commands/smoke.ts': ['smoke/github.ts'],
};

describe('no file but a provider’s own names it', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path));

  test('there are files to look at', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter(isOwn).length).toBeGreaterThanOrEqual(builtIn.ids.length);
  });

  test('and what is looked for would be found', () => {
    const source =
      "import { stripe } from './x.ts';\nif (id === 'slack') say(`as GitHub has it`); // Shopify\n";
    expect(pieces('x.ts', source).flatMap(named)).toEqual(['slack', 'github']);
    expect(pieces('x.ts', "const shopify = 'a line of text'").flatMap(named)).toEqual(['shopify']);
  });

  test.each(files.filter((path) => !isOwn(path)))('%s', (path) => {
    const found = pieces(path, readFileSync(new URL(path, SRC), 'utf8'))
      .flatMap((piece) => named(piece).map((id) => `${id} in line ${piece.line + 1}: ${piece.text.trim()}`))
      .filter((text) => !(MEANT_OTHERWISE[path] ?? []).some((meant) => text.includes(meant)));
    expect(found).toEqual([]);
  });
});
