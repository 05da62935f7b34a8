import { examine } from '../dist/diagnosis/diagnose.js';
import { loadProviders } from '../dist/providers/index.js';
import { sign } from '../dist/signing/sign.js';
import { verify } from '../dist/signing/verify.js';
import { row } from './support/result.mjs';
import { figures, ratioOf } from './support/statistics.mjs';

const WARM_UP = 2;
const NOW = 1_800_000_000_000;
const SECRETS = ['whsec_b25l', 'whsec_dHdv', 'whsec_dGhyZWU'];
const OTHER_SECRETS = Array.from({ length: 12 }, (_, index) => ({
  name: `ep_${index}`,
  secret: `of ${index}`,
}));

/** Milliseconds that a diagnosis takes where nothing explains the signature, against one verification of the same request. */
export default async function diagnosis({ quick, progress }) {
  const rounds = quick ? 5 : 15;
  const providers = await loadProviders();
  const rows = [];
  const notes = [];
  for (const [name, body] of Object.entries(bodies())) {
    const { times, cost } = measure(providers, body, rounds);
    const megabytes = (cost.hashedBytes / 1024 / 1024).toFixed(1);
    rows.push(...rowsOf(name, times));
    notes.push(`${name}: ${cost.trials} trials over ${megabytes} MB`);
    progress(name);
  }
  return {
    name: 'diagnosis',
    what: 'why a signature does not verify, where it was made with a secret nobody has',
    how: `${rounds} rounds, each of one verification and one diagnosis of the same request`,
    rows,
    notes,
  };
}

function bodies() {
  const tasks = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `task ${id}` }));
  return {
    'small body': Buffer.from('{"event":"task.created","data":{"id":"1","name":"Zoë / \\u00eb"}}\n'),
    '1 MB of JSON': Buffer.from(JSON.stringify(tasks, null, 2)),
    '25 MB body': Buffer.alloc(25 * 1024 * 1024, 'x'),
  };
}

function measure(providers, body, rounds) {
  const provider = providers.find(({ id }) => id === 'taskplatform');
  const scheme = provider.signature.value;
  const headers = [
    ['Host', 'app.example'],
    ['X-Webhook-ID', 'hook_1'],
    ['X-Webhook-Timestamp', String(NOW / 1_000)],
  ];
  const unsigned = { method: 'POST', url: 'https://app.example/webhooks', headers, body };
  const request = { ...sign(scheme, unsigned, 'of nobody', { now: NOW }), path: '/webhooks' };
  const context = { providers, secretsFor: () => SECRETS, otherSecrets: OTHER_SECRETS, now: NOW };
  const times = { verify: [], diagnosis: [] };
  let cost;
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const start = performance.now();
    verify(scheme, request, SECRETS.slice(0, 1));
    const between = performance.now();
    cost = examine(request, provider, SECRETS, context);
    const end = performance.now();
    if (round < WARM_UP) continue;
    times.verify.push(between - start);
    times.diagnosis.push(end - between);
  }
  return { times, cost };
}

function rowsOf(name, { verify, diagnosis }) {
  const against = `verify, ${name}`;
  const same = { unit: 'ms', digits: 2 };
  return [
    row({ ...same, label: against, figures: figures(verify) }),
    row({
      ...same,
      label: `diagnosis, ${name}`,
      figures: figures(diagnosis),
      against,
      ratio: ratioOf(diagnosis, verify),
      headline: true,
    }),
  ];
}
