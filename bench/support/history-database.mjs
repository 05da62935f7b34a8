// Databases full of captures, made once and kept among the system's temporary files.
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore } from '../../dist/store/open.js';
import { historyRow } from './history-rows.mjs';
import { withFolder } from './folder.mjs';

const CACHE = join(tmpdir(), 'webhook-cli-bench-cache');
const GENERATOR = ['history-rows.mjs', 'random.mjs'];
const AT_A_TIME = 1_000;

/**
 * The path of a database of `rows` captures. It is for reading only: who writes takes a copy. One of an earlier schema is brought
 * to the present one, if its migrations lead there; one that another generator made is replaced.
 */
export async function historyDatabase(rows, { fresh = false, progress = () => {} } = {}) {
  mkdirSync(CACHE, { recursive: true });
  const generator = digest(GENERATOR.map((name) => readFileSync(new URL(name, import.meta.url))));
  const schema = await presentSchema();
  const path = join(CACHE, `${rows}-${generator}-${schema}.db`);
  if (existsSync(path) && !fresh) return path;

  const unfinished = join(CACHE, `unfinished-${rows}-${process.pid}.db`);
  const kept = readdirSync(CACHE).filter((name) => name.startsWith(`${rows}-`));
  const earlier = fresh ? undefined : kept.find((name) => name.startsWith(`${rows}-${generator}-`));
  if (earlier !== undefined) {
    progress(`bringing ${rows} captures made earlier to the present schema`);
    renameSync(join(CACHE, earlier), unfinished);
    const store = await openStore({ path: unfinished });
    await store.captures.indexText();
    await store.close();
  }
  if (earlier === undefined || schemaOf(unfinished) !== schema) {
    for (const name of kept) rmSync(join(CACHE, name), { force: true });
    rmSync(unfinished, { force: true });
    await fill(unfinished, rows, progress);
  }
  renameSync(unfinished, path);
  return path;
}

/** A copy to write into. */
export function copyDatabase(from, to) {
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  return to;
}

async function fill(path, rows, progress) {
  const begun = performance.now();
  const store = await openStore({ path });
  for (let at = 0; at < rows; at += AT_A_TIME) {
    const some = Array.from({ length: Math.min(AT_A_TIME, rows - at) }, (_, n) => historyRow(at + n, rows));
    await Promise.all(some.map(({ capture }) => store.captures.add(capture)));
    await Promise.all(
      some.map(({ capture, response }) => store.captures.recordResponse(capture.id, response)),
    );
    if ((at / AT_A_TIME) % 50 === 49) progress(`${at + AT_A_TIME} of ${rows} captures stored`);
  }
  progress(`${rows} captures stored, indexing their text`);
  await store.captures.indexText();
  await store.close();
  progress(`${rows} captures made in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
}

function presentSchema() {
  return withFolder(async (folder) => {
    const path = join(folder, 'empty.db');
    await (await openStore({ path })).close();
    return schemaOf(path);
  });
}

/** Its version, and what tells versions apart while one is being written. */
function schemaOf(path) {
  // Not for reading only: only a connection that may write removes the files beside it when it closes.
  const db = new Database(path);
  try {
    const version = db.pragma('user_version', { simple: true });
    const tables = db
      .prepare('select sql from sqlite_master where sql is not null order by name')
      .pluck()
      .all();
    return `v${version}-${digest(tables)}`;
  } finally {
    db.close();
  }
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 12);
}
