import type { ExpectationReport } from '../../expect/expectation.ts';
import { captureSummaryJson } from '../../json/capture.ts';
import { expectationJson } from '../../json/expectation.ts';
import { printable } from '../../model/printable.ts';
import type { ProgramEnd } from '../child.ts';
import type { Rendered } from '../command.ts';
import type { RecordedCapture, RunRecord } from '../run-record.ts';
import { expectationReport } from './expectation.ts';
import type { Term } from './term.ts';

export interface RunResult {
  readonly program: ProgramEnd & { readonly durationMs: number };
  readonly record: RunRecord;
  /** Whether we were told to end before all that is expected had come. */
  readonly isInterrupted: boolean;
}

const NOTHING_EXPECTED: ExpectationReport = { isMet: true, expectations: [], instead: [] };

/** All on stderr: stdout is the command's. */
export function renderRun({ program, record }: RunResult, term: Term): Rendered {
  const { paint } = term;
  const bad = record.captures.filter(({ verdict }) => verdict?.ok === false);
  const lines = [
    `webhook-cli: ${summary(record)}`,
    ...bad.map((capture) => paint.yellow(`  ✗ ${about(capture)}`)),
    ...(record.failed > bad.length ? [paint.dim(`  … and ${record.failed - bad.length} more`)] : []),
  ];
  const isMissing = record.report?.isMet === false && program.exitCode === 0;
  return {
    err: lines.join('\n'),
    ...(isMissing ? { problem: expectationReport(record.report, term) } : {}),
  };
}

export function runJson({ program, record }: RunResult): unknown {
  const { exitCode, signal, durationMs } = program;
  return {
    run: { exitCode, signal, durationMs },
    captures: record.captures.map(captureSummaryJson),
    ...expectationJson(record.report ?? NOTHING_EXPECTED),
  };
}

function summary({ captured, verified, failed, refused }: RunRecord): string {
  return [
    `${captured} captured`,
    ...(verified > 0 ? [`${verified} verified`] : []),
    ...(failed > 0 ? [`${failed} with a bad signature`] : []),
    ...(refused > 0 ? [`${refused} not kept`] : []),
  ].join(', ');
}

function about({ provider, eventType, eventId, method, path, verdict, why }: RecordedCapture): string {
  const what = [provider, eventType, eventId].filter((part) => part !== null).join(' ');
  return printable(`${method} ${path}  ${what}  ${verdict?.reason}: ${why ?? verdict?.message}`);
}
