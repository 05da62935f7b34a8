import { explained } from '../diagnosis/explained.ts';
import type { ExpectationReport, Tally } from '../expect/expectation.ts';
import type { CaptureSummary } from '../model/capture.ts';
import type { ReceiverEvent } from '../receiver/receiver.ts';

export interface RecordedCapture extends CaptureSummary {
  /** Why its signature does not verify; null where nothing more is known. */
  readonly why: string | null;
}

/** What came in while a command ran. */
export interface RunRecord {
  readonly captured: number;
  readonly verified: number;
  readonly failed: number;
  /** What was no complete request, or could not be stored. */
  readonly refused: number;
  /** All of them, or where only people are told, the first of those whose signature is bad. */
  readonly captures: readonly RecordedCapture[];
  /** Null where nothing is expected. */
  readonly report: ExpectationReport | null;
}

export interface Recorder {
  add(event: ReceiverEvent): void;
  isComplete(): boolean;
  record(): RunRecord;
}

/** How many bad ones a person is shown. */
const MOST_SHOWN = 20;

export function createRecorder(tally: Tally | null, keeps: 'all' | 'bad'): Recorder {
  const count = { captured: 0, verified: 0, failed: 0, refused: 0 };
  const captures: RecordedCapture[] = [];
  return {
    add: (event) => {
      if (event.type === 'refused') count.refused += event.refused.count ?? 1;
      if (event.type === 'error' && !event.kept) count.refused += 1;
      if (event.type !== 'capture') return;
      const { headers: _, body, ...rest } = event.capture;
      const isBad = rest.verdict?.ok === false;
      count.captured += 1;
      if (rest.verdict?.ok === true) count.verified += 1;
      if (isBad) count.failed += 1;
      if (keeps === 'all' || (isBad && captures.length < MOST_SHOWN)) {
        captures.push({ ...rest, bodySize: body.length, why: explained(event.diagnosis)?.fix ?? null });
      }
      tally?.add(event.capture);
    },
    isComplete: () => tally?.isMet() ?? true,
    record: () => ({ ...count, captures, report: tally?.report() ?? null }),
  };
}
