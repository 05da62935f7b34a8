import {
  expectationName,
  type Expectation,
  type ExpectationReport,
  type Instead,
} from '../../expect/expectation.ts';
import { printable } from '../../model/printable.ts';
import type { Term } from './term.ts';

/** So many kinds of what else came are shown one by one. */
const MOST_SHOWN = 20;

/** What was expected, how much of it came, and what came instead. */
export function expectationReport(report: ExpectationReport, { paint }: Term): string {
  const { isMet, expectations, instead } = report;
  const names = expectations.map(expectationText);
  const width = Math.max(...names.map(({ length }) => length));
  const wanted = expectations.map(({ count, received }, index) => {
    const isMet = received >= count;
    const mark = isMet ? paint.green('✓') : paint.red('✗');
    return `  ${mark} ${names[index]!.padEnd(width)}  ${received} of ${count}`;
  });
  const heading = isMet ? 'All that was expected has come:' : 'Not all that was expected has come:';
  return [heading, ...wanted, ...insteadLines(instead)].join('\n');
}

/** `iverton:deal.won x2`. */
export function expectationText(expectation: Expectation): string {
  const { count, type, provider } = expectation;
  const name = type === '*' && provider === null ? 'any capture' : expectationName(expectation);
  return printable(count === 1 ? name : `${name} x${count}`);
}

function insteadLines(instead: readonly Instead[]): string[] {
  if (instead.length === 0) return [];
  const rest = instead.slice(MOST_SHOWN);
  const more = rest.reduce((sum, { count }) => sum + count, 0);
  return [
    'What came instead:',
    ...instead
      .slice(0, MOST_SHOWN)
      .map(({ provider, what, why, count }) =>
        printable(`  ${count} x ${provider === null ? '' : `${provider} `}${what}: ${why}`),
      ),
    ...(rest.length === 0 ? [] : [`  and ${more} more, of ${rest.length} other kinds`]),
  ];
}
