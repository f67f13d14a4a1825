import type { ResultsProblem, TestCase } from '../../core/model/results.ts';
import type { ResultsReader } from '../../ports.ts';
import { LIMITS, type Limits } from './archive.ts';
import { courierReading } from './courier-reading.ts';
import { readFromLog } from './from-log.ts';

/** Reads one file of results as it comes. `write` says false when nothing that follows can change the answer. */
export type ResultsFile = {
  write(bytes: Uint8Array): boolean;
  end(): { ok: true; contradictions: readonly string[] } | { ok: false; problem: ResultsProblem };
};
/** `file` only names it in the problem; `each` gets every case at its end. */
export type OpenResultsFile = (file: string, each: (one: TestCase) => void) => ResultsFile;

export function resultsReader(open: OpenResultsFile, limits: Limits = LIMITS): ResultsReader {
  return {
    courier: (runId, keep) => courierReading(runId, open, limits, keep),
    fromTestcarLog: (log, runId) => readFromLog(log, runId, open),
  };
}
