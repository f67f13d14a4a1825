import { makeReportStore } from '../adapters/files/report-files.ts';
import type { SafeText } from '../core/report/neutralise.ts';
import { type Redacted, makeRedactor } from '../core/report/redact.ts';
import type { Report } from '../core/report/report.ts';
import { exitCodeOfVerdict } from './exit-code.ts';

/** What every host is made of, besides its output. */
export function hostParts() {
  let write: ((report: Redacted<Report>) => Iterable<SafeText>) | undefined;
  return {
    store: makeReportStore(),
    redactor: makeRedactor([]),
    exitCodeOf: exitCodeOfVerdict,
    writeJUnit(report: Redacted<Report>): Iterable<SafeText> {
      if (write === undefined) throw new Error('the JUnit writer was not loaded');
      return write(report);
    },
    /** Loads what only the report needs. */
    async beforeReport(): Promise<void> {
      const { writeJUnit } = await import('./end.ts');
      write = writeJUnit;
    },
  };
}
