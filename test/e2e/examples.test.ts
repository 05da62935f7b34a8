import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createProject, freePort, type Project } from '../support/project.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const example = (name: string): string =>
  readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');

const EXPRESS = {
  'package.json': JSON.stringify({ type: 'module', scripts: { start: 'node server.mjs' } }),
  'server.mjs': example('express/server.mjs'),
  'app.mjs': example('express/app.mjs'),
};
/** The same app with its check of signatures removed. */
const CARELESS = { ...EXPRESS, 'app.mjs': EXPRESS['app.mjs'].replace(/if \(!isSigned.*\n/, '\n') };
const SECRET = { WEBHOOK_SECRET: 'whsec_x' };

/** Runs the steps of a CI job, each in a shell of its own. The port is written into them, and is another each time. */
async function runSteps(project: Project, steps: readonly string[], env: Record<string, string>) {
  const port = await freePort();
  let last = { code: null as number | null, output: '' };
  for (const step of steps) {
    if (step === 'npm ci') continue;
    last = await project.run(step.replaceAll(':3000', `:${port}`), { ...env, PORT: String(port) });
    if (last.code !== 0) break;
  }
  return last;
}

test('the Fastify example passes its tests, in Node’s own runner', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', 'examples/fastify/'], {
    cwd: ROOT,
  });
  expect(stdout).toMatch(/^# pass 3$/m);
  expect(stdout).toMatch(/^# fail 0$/m);
});

test('the shell script tells a good consumer from a careless one', async () => {
  const outputs: string[] = [];
  for (const files of [EXPRESS, CARELESS]) {
    const project = createProject({ ...files, 'smoke.sh': example('shell/smoke.sh') }, ['express']);
    const { code, output } = await runSteps(
      project,
      [
        'npm start &',
        'webhook-cli smoke http://127.0.0.1:3000/webhooks/iverton --provider iverton --wait 30s --rules R01 --quiet >&2',
        'sh smoke.sh http://127.0.0.1:3000/webhooks/iverton',
      ],
      SECRET,
    );
    outputs.push(`${output}exit ${code}`);
  }
  expect(outputs[0]).toBe(`ok    200  a signed event
ok    401  a wrong signature
ok    401  no signature
ok    401  a changed body
exit 0`);
  expect(outputs[1]).toBe(`ok    200  a signed event
FAIL  200  a wrong signature, not 4??
FAIL  200  no signature, not 4??
FAIL  200  a changed body, not 4??
exit 1`);
});

test.each([
  [
    'GitHub Actions',
    (): { steps: string[]; env: Record<string, string> } => {
      const { jobs } = parse(example('ci/github-actions.yml'));
      const { steps, env } = jobs.smoke;
      return { steps: steps.flatMap(({ run }: { run?: string }) => run ?? []), env };
    },
  ],
  [
    'GitLab CI',
    () => {
      const { webhooks } = parse(example('ci/gitlab-ci.yml'));
      return { steps: webhooks.script, env: webhooks.variables };
    },
  ],
])('what the example for %s runs passes a good consumer and fails a careless one', async (_, read) => {
  const { steps, env } = read();
  expect(steps.length).toBeGreaterThan(2);
  const good = createProject(EXPRESS, ['express']);
  const passed = await runSteps(good, steps, env);
  expect(passed, passed.output).toMatchObject({ code: 0 });
  expect(readFileSync(`${good.folder}/webhooks.xml`, 'utf8')).toContain('<testsuite');
  const careless = createProject(CARELESS, ['express']);
  expect((await runSteps(careless, steps, env)).code).toBe(3);
});
