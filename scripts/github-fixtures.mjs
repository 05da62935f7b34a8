// Writes GitHub's catalog to fixtures/github/ from the example payloads of @octokit/webhooks-examples:
//
//   npm install --prefix /tmp/examples --ignore-scripts @octokit/webhooks-examples@7.6.1
//   node scripts/github-fixtures.mjs /tmp/examples/node_modules/@octokit/webhooks-examples
//
// All its 161 event types would take 1.5 MB. Kept is what most consumers listen for, the smallest example of each; what is kept
// is chosen here and nowhere else.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TARGET = fileURLToPath(new URL('../fixtures/github', import.meta.url));
const MOST_BYTES = 650_000;

/** Few listen for them, and their examples take much. */
const LARGE = ['deployment_review', 'package', 'pull_request_review_thread'];
const RETIRED = ['project', 'project_card', 'project_column', 'repository_vulnerability_alert'];
const LEFT_OUT = new Set([...RETIRED, ...LARGE]);

/** Of the other events with actions, the one with the smallest example is kept. */
const ACTIONS = {
  branch_protection_rule: ['created'],
  check_run: ['created', 'completed'],
  check_suite: ['completed'],
  code_scanning_alert: ['created'],
  dependabot_alert: ['created'],
  discussion: ['created', 'answered'],
  installation: ['created', 'deleted', 'suspend', 'unsuspend'],
  installation_repositories: ['added', 'removed'],
  issue_comment: ['created', 'edited'],
  issues: ['opened', 'edited', 'labeled', 'assigned'],
  label: ['created'],
  marketplace_purchase: ['purchased', 'cancelled', 'changed'],
  member: ['added', 'edited'],
  membership: ['added', 'removed'],
  milestone: ['created', 'closed'],
  organization: ['member_added', 'member_invited', 'renamed'],
  projects_v2_item: ['created'],
  pull_request: ['opened', 'closed', 'synchronize', 'ready_for_review'],
  pull_request_review: ['submitted'],
  pull_request_review_comment: ['created'],
  release: ['published', 'created', 'released'],
  repository: ['created', 'edited', 'renamed', 'publicized', 'privatized'],
  security_advisory: ['published', 'updated', 'withdrawn'],
  sponsorship: ['created'],
  star: ['created', 'deleted'],
  team: ['created', 'deleted', 'edited'],
  workflow_job: ['queued', 'in_progress', 'completed'],
  workflow_run: ['completed'],
};

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error(
    'name the folder of @octokit/webhooks-examples; the head of this script says how to install it',
  );
  process.exit(2);
}

const events = JSON.parse(readFileSync(join(source, 'api.github.com', 'index.json'), 'utf8'));
const payloads = events.flatMap(payloadsOf);
const bytes = payloads.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
if (bytes > MOST_BYTES) throw new Error(`${bytes} bytes are more than ${MOST_BYTES}: keep fewer actions`);

mkdirSync(TARGET, { recursive: true });
for (const file of readdirSync(TARGET)) {
  if (file.endsWith('.json') && file !== 'vectors.json') rmSync(join(TARGET, file));
}
for (const { name, text } of payloads) writeFileSync(join(TARGET, `${name}.json`), text);
writeFileSync(join(TARGET, 'LICENSE'), notice());
console.log(`${payloads.length} event types, ${bytes} bytes`);

/** What is kept of an event: `{ name, text }`, the name being the event and, where there is one, its action. */
function payloadsOf({ name, examples }) {
  if (LEFT_OUT.has(name)) return [];
  const smallest = new Map();
  for (const example of examples) {
    const text = JSON.stringify(example);
    const known = smallest.get(example.action);
    if (known === undefined || text.length < known.length) smallest.set(example.action, text);
  }
  const [[least]] = [...smallest].sort(([, a], [, b]) => a.length - b.length);
  return (ACTIONS[name] ?? [least]).map((action) => {
    const text = smallest.get(action);
    if (text === undefined) throw new Error(`there is no example of ${name}.${action}`);
    return { name: action === undefined ? name : `${name}.${action}`, text };
  });
}

/** The package names its license and author and brings no text along: this is the text of the repository it comes from. */
function notice() {
  const { name, version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
  return `The payloads in this folder, except vectors.json, are examples from ${name} ${version}, written without white space.

The MIT License

Copyright (c) 2018 Gregor Martynus

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
}
