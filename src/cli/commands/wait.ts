import { UsageError } from '../../errors.ts';
import { waitForCaptures, type Waited } from '../../expect/wait.ts';
import { captureSummaryJson } from '../../json/capture.ts';
import { expectationJson } from '../../json/expectation.ts';
import { formatDuration } from '../../model/duration.ts';
import type { CaptureFilterText } from '../../store/filter-text.ts';
import { readFilter } from '../capture-filter.ts';
import { defineCommand, type Rendered } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { declareExpectations, readExpectations, type ExpectationOptions } from '../expecting.ts';
import { declareFilters, hasFilters, parseInteger } from '../options.ts';
import { captureTable } from '../render/capture.ts';
import { expectationReport, expectationText } from '../render/expectation.ts';
import type { Term } from '../render/term.ts';

interface WaitOptions extends CaptureFilterText, ExpectationOptions {
  readonly count?: string;
  readonly search?: string;
}

interface WaitResult extends Waited {
  readonly timeoutMs: number | null;
  readonly endedAt: number;
}

export default defineCommand<WaitOptions, WaitResult>({
  declare: (command) => {
    declareFilters(command);
    command
      .option('--search <words>', 'that hold all of these words')
      .option('--count <number>', 'so many captures, where nothing is given with --expect (default: 1)');
    declareExpectations(command, { timeout: '30s' });
    command.addHelpText(
      'after',
      `
Counts what is received from now on, or from --since on, by any process that shares
the database. Ends with 0 once it is there; with 3 at the timeout, telling what is
missing and what came instead. --timeout 0s looks once.

--expect counts nothing with a bad signature; without it the filters alone decide, such
as --verdict ok. A capture is there before it is answered: --status 2xx waits for that too.

--where compares by =, !=, >, >=, <, <= and ~ (the text or list holds it); a path alone
asks whether it is there. 15000 is also the string "15000"; '"15000"' is only the string.
A form is an object of strings. All conditions must hold.

Examples:
  webhook-cli wait --provider iverton --type deal.won --where data.amount=15000
  webhook-cli wait --expect 'iverton:deal.won x2' --expect iverton:deal.lost --timeout 1m
  webhook-cli wait --count 3 --since 5m --json`,
    );
  },
  run: async (context, options) => {
    const { expectations, test, timeoutMs } = await readExpectations(context, options);
    if (expectations.length > 0 && options.count !== undefined) {
      throw new UsageError('--count and --expect exclude each other', "write --expect 'iverton:deal.won x2'");
    }
    const count = parseInteger(options.count ?? '1', '--count', 1, 1_000_000);
    const filter = {
      ...(await readFilter(context, options)),
      ...(options.search === undefined ? {} : { text: options.search }),
    };
    const isAsked = expectations.length > 0 || test !== undefined || options.count !== undefined;
    if (!isAsked && !hasFilters(filter)) {
      throw new UsageError(
        'wait for what?',
        "name it: --type deal.won, --expect 'iverton:deal.won x2', or --count 1 for anything",
      );
    }
    const store = await context.store();
    if (context.interactive && timeoutMs !== 0) {
      const what = expectations.length > 0 ? expectations.map(expectationText).join(', ') : 'captures';
      const limit = timeoutMs === null ? '' : `up to ${formatDuration(timeoutMs)}; `;
      context.note(`Waiting for ${what} (${limit}Ctrl-C stops)`);
    }
    const wanted = { filter, expectations, count, test, timeoutMs };
    const waited = await waitForCaptures(store, wanted, context);
    return { ...waited, timeoutMs, endedAt: context.clock.now() };
  },
  render,
  json: ({ captures, report, earlier }) => ({
    captures: captures.map(captureSummaryJson),
    ...expectationJson(report),
    earlier: earlier?.count ?? 0,
  }),
  exitCode: ({ report }) => (report.isMet ? EXIT.done : EXIT.no),
});

function render({ captures, report, earlier, endedAt }: WaitResult, term: Term): Rendered {
  if (report.isMet) return captureTable(captures, term);
  const lines = [
    expectationReport(report, term),
    ...(captures.length === 0 && report.instead.length === 0 ? ['Nothing came.'] : []),
  ];
  return { out: lines.join('\n'), ...(earlier === null ? {} : { err: earlierHint(earlier, endedAt) }) };
}

const SPANS = ['1m', '5m', '15m', '1h', '6h', '1d', '7d', '30d'] as const;
const SPAN_MS = [60, 300, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000].map((seconds) => seconds * 1_000);

/** With some room: until it is typed, time passes. */
function earlierHint({ count, isMore, newestAt }: NonNullable<Waited['earlier']>, now: number): string {
  const age = now - newestAt;
  const fitting = SPAN_MS.findIndex((span) => span >= age + 10_000);
  const since = SPANS[fitting] ?? new Date(newestAt).toISOString();
  const many = `${isMore ? 'at least ' : ''}${count} earlier ${count === 1 ? 'capture' : 'captures'}`;
  return `${many} would have passed, the newest ${formatDuration(age)} ago\nhint: count ${count === 1 ? 'it' : 'them'} too with --since ${since}`;
}
