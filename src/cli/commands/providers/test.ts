import { resolve } from 'node:path';
import { UsageError } from '../../../errors.ts';
import { checkJson } from '../../../json/check.ts';
import { countChecks, failed, passed, type Check } from '../../../model/check.ts';
import type { CheckedProfile } from '../../../own/check-profile.ts';
import { checkProvider } from '../../../own/contract.ts';
import { builtIn } from '../../../providers/index.ts';

import { defineCommand } from '../../command.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../exit-code.ts';
import { forgingOf } from '../../forging.ts';
import { isThere } from '../../is-there.ts';
import { readOwnProfiles, readProfile } from '../../own-providers.ts';
import { checkList, checkSummary } from '../../render/checks.ts';

interface Tested {
  readonly of: string;
  readonly checks: readonly Check[];
}

export default defineCommand<object, Tested>({
  declare: (command) => {
    command.argument('[provider]', 'a file that holds one, or the id of one').addHelpText(
      'after',
      `
Checks that what is forged of a provider is found out to be its own, and verifies; and that nothing else does. Nothing is sent.
Exit code 3 where a check failed; warnings are none.

Examples:
  webhook-cli providers test acme.provider.json
  webhook-cli providers test acme
  webhook-cli providers test iverton --json`,
    );
  },
  run: async (context, _options, [which]) => {
    if (which === undefined) {
      throw new UsageError(
        'which provider?',
        'name one, or the file of one: webhook-cli providers test acme.provider.json',
      );
    }
    const checked = await find(context, which);
    if ('problems' in checked) return { of: which, checks: checked.problems.map(asCheck) };
    const { provider } = checked;
    const sound: Check = { id: 'profile', title: 'the profile is valid', durationMs: 0, ...passed() };
    return { of: provider.name, checks: [sound, ...(await checkProvider(provider, forgingOf(context)))] };
  },
  render: ({ of, checks }, term) => `${of}\n\n${checkList(checks, term)}\n\n${checkSummary(checks)}`,
  json: ({ checks }) => ({ checks: checks.map(checkJson), summary: countChecks(checks) }),
  exitCode: ({ checks }) => (checks.some(({ status }) => status === 'failed') ? EXIT.no : EXIT.done),
});

function asCheck(problem: string): Check {
  return { id: 'profile', title: 'the profile is valid', durationMs: 0, ...failed(problem, null) };
}

/** A provider's profile from a file, the configuration, or what is built in; sound or not. */
async function find(context: Context, which: string): Promise<CheckedProfile> {
  const path = resolve(context.cwd, which);
  if (/[./\\]/.test(which) || (await isThere(path))) {
    const hint = 'name a file that holds a provider, or the id of one';
    return (await readProfile(path, hint, context.runUserCode)).checked;
  }
  const { own } = await context.config();
  const found = own === undefined ? [] : await readOwnProfiles(own, context.runUserCode);
  const mine = found.find(({ id }) => id === which);
  if (mine !== undefined) return mine.checked;
  if (builtIn.has(which)) return { provider: builtIn.get(which) };
  // Says which are there, or what is wrong with those that are not.
  return { provider: (await context.providers()).get(which) };
}
