// npm run bench [-- name... --json ...]: every bar of the project, as ratios and differences to what runs interleaved with it.
import { parseArgs } from 'node:util';
import { benchmarks } from './support/benchmarks.mjs';
import { machine } from './support/machine.mjs';
import { stopAll } from './support/process.mjs';
import { markdownReport } from './report/markdown.mjs';
import { placeInReadme, writeReadme } from './report/readme.mjs';
import { detailText, reportText } from './report/text.mjs';

const USAGE = `usage: npm run bench -- [name...] [options]

  --quick      shorter rounds and smaller databases, for a first look
  --fresh      make the databases of captures anew
  --json       one JSON document on stdout
  --markdown   the section of bench/README.md on stdout
  --write      put that section into bench/README.md, the one before it as the run before

names: ${Object.keys(benchmarks).join(', ')}`;

const flag = { type: 'boolean', default: false };
const options = { quick: flag, fresh: flag, json: flag, markdown: flag, write: flag, help: flag };
const args = parseOrExplain();
if (args !== null) await main(args);

async function main({ values, positionals: names }) {
  if (values.help) return console.log(USAGE);
  if (values.write) await placeInReadme();
  const isPlain = !values.json && !values.markdown;
  const report = {
    startedAt: new Date().toISOString(),
    quick: values.quick,
    machine: machine(),
    benchmarks: [],
  };
  for (const name of names.length === 0 ? Object.keys(benchmarks) : names) {
    const result = await measured(name, values);
    report.benchmarks.push(result);
    if (isPlain) console.log(`${detailText(result)}\n`);
  }
  if (values.json) console.log(JSON.stringify(report, null, 2));
  else if (values.markdown) console.log(await markdownReport(report));
  else console.log(reportText(report));
  if (values.write) await writeReadme(report);
  if (report.benchmarks.some(({ error }) => error !== null)) process.exitCode = 1;
}

/** One that throws is shown as failed, and stops no other. */
async function measured(name, { quick, fresh }) {
  const progress = (text) => console.error(`${name}: ${text}`);
  progress('begins');
  try {
    const { default: benchmark } = await benchmarks[name]();
    return { table: null, error: null, ...(await benchmark({ quick, fresh, progress })) };
  } catch (error) {
    progress(error.stack);
    return { name, what: 'failed', how: '', rows: [], table: null, notes: [], error: error.message };
  } finally {
    await stopAll();
  }
}

function parseOrExplain() {
  try {
    const parsed = parseArgs({ options, allowPositionals: true });
    const unknown = parsed.positionals.filter((name) => !Object.hasOwn(benchmarks, name));
    if (unknown.length > 0) throw new Error(`no such benchmark: ${unknown.join(', ')}`);
    return parsed;
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}
