import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { createUndiciSender } from '../../../src/engine/undici-sender.ts';
import { systemClock } from '../../../src/model/clock.ts';
import { loadProvider } from '../../../src/providers/index.ts';
import { chooseRules } from '../../../src/smoke/rules.ts';
import type { Tools } from '../../../src/smoke/session.ts';
import { runSmoke, type Plan, type SmokeCheck } from '../../../src/smoke/smoke.ts';
import { SECRET } from './consumers.ts';

const sender = await createUndiciSender();
afterAll(() => sender.close());

/** Whatever the machine is busy with, nothing takes time; tests of time bring a clock of their own. */
const still = { ...systemClock, now: () => Date.UTC(2026, 10, 21) };

export const tools: Tools = { sender, clock: still, randomBytes: (size) => randomBytes(size) };

export async function smoke(
  providerId: string,
  url: string,
  {
    rules = [],
    tools: own = {},
    ...plan
  }: Partial<Plan> & { readonly rules?: readonly string[]; readonly tools?: Partial<Tools> } = {},
): Promise<readonly SmokeCheck[]> {
  const provider = plan.provider ?? (await loadProvider(providerId));
  return runSmoke(
    {
      provider,
      url,
      secret: SECRET,
      confidential: [SECRET],
      headers: [],
      timeoutMs: provider.timeoutMs.value,
      eventTypes: provider.events.map(({ name }) => name),
      ruleIds: chooseRules(rules, [], provider),
      waitMs: 0,
      ...plan,
    },
    { ...tools, ...own },
  );
}

/** The rules with that status, each once: `R02 R05`. */
export function idsOf(checks: readonly SmokeCheck[], status: SmokeCheck['status']): string {
  return Array.from(new Set(checks.filter((check) => check.status === status).map(({ id }) => id))).join(' ');
}

export function find(checks: readonly SmokeCheck[], id: string): SmokeCheck {
  const found = checks.find((check) => check.id === id && check.status !== 'passed');
  return found ?? checks.find((check) => check.id === id)!;
}
