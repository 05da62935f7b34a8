import { examine } from '../dist/diagnosis/diagnose.js';
import { loadProviders } from '../dist/providers/index.js';
import { sign } from '../dist/signing/sign.js';
import { verify } from '../dist/signing/verify.js';
import { median, spread } from './statistics.mjs';

const ROUNDS = 15;
const SECRETS = ['whsec_b25l', 'whsec_dHdv', 'whsec_dGhyZWU'];

/** Milliseconds that a diagnosis takes where nothing explains the signature, against one verification of the same request. */
export default async function diagnosis() {
  const providers = await loadProviders();
  const provider = providers.find(({ id }) => id === 'taskplatform');
  const scheme = provider.signature.value;
  const bodies = {
    'small body': Buffer.from('{"event":"task.created","data":{"id":"1","name":"Zoë / \\u00eb"}}\n'),
    '1 MB of JSON': Buffer.from(
      JSON.stringify(
        Array.from({ length: 20_000 }, (_, id) => ({ id, name: `task ${id}` })),
        null,
        2,
      ),
    ),
    '25 MB body': Buffer.alloc(25 * 1024 * 1024, 'x'),
  };
  const lines = [];
  for (const [name, body] of Object.entries(bodies)) {
    const headers = [
      ['Host', 'app.example'],
      ['X-Webhook-ID', 'hook_1'],
      ['X-Webhook-Timestamp', '1800000000'],
      ...sign(scheme, body, 'of nobody'),
    ];
    const request = { method: 'POST', path: '/webhooks', headers, body };
    const otherSecrets = Array.from({ length: 12 }, (_, index) => ({
      name: `ep_${index}`,
      secret: `of ${index}`,
    }));
    const context = { providers, secretsFor: () => SECRETS, otherSecrets, now: 1_800_000_000_000 };
    const times = { verify: [], diagnosis: [] };
    let cost;
    for (let round = 0; round < ROUNDS + 2; round += 1) {
      const start = performance.now();
      verify(scheme, request, SECRETS.slice(0, 1));
      const between = performance.now();
      cost = examine(request, provider, SECRETS, context);
      const end = performance.now();
      if (round < 2) continue;
      times.verify.push(between - start);
      times.diagnosis.push(end - between);
    }
    const ratio = median(times.diagnosis.map((time, round) => time / times.verify[round]));
    lines.push(
      `  ${name.padEnd(14)}verify ${spread(times.verify, 2)} ms, diagnosis ${spread(times.diagnosis, 2)} ms, ratio ${ratio.toFixed(1)}; ${cost.trials} trials, ${(cost.hashedBytes / 1024 / 1024).toFixed(1)} MB`,
    );
  }
  return [
    `diagnosis of a wrong secret, ${ROUNDS} interleaved rounds, median (min to max)`,
    ...lines,
    '',
  ].join('\n');
}
