import process from 'node:process';
import { makeReportStore } from '../adapters/files/report-files.ts';
import { createWriter } from '../adapters/output/writer.ts';
import { makeRedactor } from '../core/report/redact.ts';
import type { Report } from '../core/report/report.ts';
import { exitCodeOfVerdict } from './exit-code.ts';

/** What every host is made of. */
export function hostParts() {
  let write: ((report: Report) => string) | undefined;
  return {
    // The one place that hands the stream over; all writing is in src/adapters/output.
    // eslint-disable-next-line no-restricted-syntax
    output: createWriter(process.stdout),
    store: makeReportStore(),
    redactor: makeRedactor([]),
    exitCodeOf: exitCodeOfVerdict,
    writeJUnit(report: Report): string {
      if (write === undefined) throw new Error('the JUnit writer was not loaded');
      return write(report);
    },
    /** Loads what only the report needs. */
    async beforeReport(): Promise<void> {
      const { writeJUnit } = await import('../adapters/junit/index.ts');
      write = writeJUnit;
    },
  };
}
