/**
 * The layers of ARCHITECTURE.md, type imports included:
 * model <- signing <- providers <- { forge, handshake, receiver, engine } <- cli; store and tunnel are adapters beside them.
 */
const layer = (name, allowed, comment) => ({
  name: `layer-${name}`,
  comment,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: [`^src/(${[name, ...allowed].join('|')})/`, '^src/errors\\.ts$'] },
});

/** A heavy package has one importer, so that it is loaded where it is used and nowhere else. */
const oneImporter = (pkg, importer) => ({
  name: `one-importer-${pkg.replace(/\W+/g, '-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${importer}$` },
  to: { path: `(^|/)node_modules/${pkg}/`, dependencyTypesNot: ['type-only'] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-src',
      severity: 'error',
      // The page and the tunnel's client are bundled; the runners are optional peers of what extends them.
      from: { path: '^src/', pathNot: ['^src/inspector/page/', '^src/(vitest|jest)\\.ts$'] },
      to: { dependencyTypes: ['npm-dev'], pathNot: '(^|/)node_modules/localtunnel/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    layer('model', [], 'words and pure functions'),
    layer('signing', ['model'], 'pure cryptography over bytes'),
    layer('providers', ['model', 'signing'], 'data'),
    layer(
      'handshake',
      ['model', 'signing', 'providers'],
      'both sides of what a provider asks before it delivers',
    ),
    layer('forge', ['model', 'signing', 'providers']),
    layer('own', ['model', 'signing', 'providers', 'handshake'], "providers of the user's own"),
    layer('store', ['model']),
    layer('tunnel', ['model']),
    layer('http', ['model']),
    layer('receiver', ['model', 'signing', 'providers', 'handshake', 'diagnosis', 'store', 'http']),
    layer('emulator', ['model', 'signing', 'providers', 'store', 'forge', 'engine', 'http']),
    layer('engine', ['model', 'signing', 'providers', 'store', 'forge']),
    layer('json', ['model', 'providers', 'diagnosis', 'engine', 'expect'], 'the JSON contract'),
    layer('inspector', [
      'model',
      'signing',
      'providers',
      'diagnosis',
      'store',
      'forge',
      'engine',
      'http',
      'json',
    ]),
    layer('diagnosis', ['model', 'signing', 'providers'], 'why a signature does not verify'),
    layer('expect', ['model', 'store'], 'what has to come, and whether it has'),
    layer('smoke', ['model', 'signing', 'providers', 'forge', 'engine'], 'the checks of a consumer'),
    layer(
      'doctor',
      ['model', 'signing', 'providers', 'forge', 'engine'],
      'the checks of a URL and of this machine',
    ),
    layer(
      'library',
      [
        'model',
        'signing',
        'providers',
        'diagnosis',
        'store',
        'forge',
        'receiver',
        'engine',
        'emulator',
        'http',
        'expect',
        'json',
      ],
      'what test suites use',
    ),
    {
      name: 'store-by-its-port',
      comment: 'nothing outside store/ knows SQL: only the interface is imported',
      severity: 'error',
      from: { path: '^src/(receiver|engine|forge|emulator|inspector|expect|smoke|doctor)/' },
      to: { path: '^src/store/', pathNot: '^src/store/(store|filter-text)\\.ts$' },
    },
    {
      name: 'adapters-chosen-in-cli',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/(store|tunnel|library)/', '^src/cli/(context|tunnel)\\.ts$', '^src/index\\.ts$'],
      },
      to: { path: '^src/(store/open|tunnel/(localtunnel|command)|engine/undici-sender)\\.ts$' },
    },
    {
      name: 'nobody-imports-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|cli\\.ts$)' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'commands-do-not-import-commands',
      severity: 'error',
      from: { path: '^src/cli/commands/([^/]+)' },
      to: { path: '^src/cli/commands/', pathNot: '^src/cli/commands/$1(/|$)' },
    },
    oneImporter('better-sqlite3', 'store/native\\.ts'),
    oneImporter('undici', 'engine/undici-sender\\.ts'),
    oneImporter('@inquirer/prompts', 'cli/prompt\\.ts'),
    oneImporter('commander', 'cli/program\\.ts'),
    oneImporter('localtunnel', 'tunnel/localtunnel\\.ts'),
    oneImporter('chalk', 'cli/render/term\\.ts'),
    oneImporter('cli-table3', 'cli/render/term\\.ts'),
    oneImporter('jsonc-parser', 'cli/edit-config\\.ts'),
    oneImporter('yaml', 'cli/openapi-document\\.ts'),
    oneImporter('@jmespath-community/jmespath', 'expect/jmespath\\.ts'),
    oneImporter('ajv', 'expect/schema\\.ts'),
    oneImporter('ajv-formats', 'expect/schema\\.ts'),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // What tests import by the package's name is built from src.
    doNotFollow: { path: ['node_modules', '^dist/'] },
    // It has dependencies of its own, installed apart.
    exclude: { path: '^test/interop/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
