import { createReadStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { JUnitFile, writeJUnit } from '../../src/adapters/junit/index.ts';
import { resultsReader } from '../../src/adapters/results/index.ts';
import { makeRedactor } from '../../src/core/report/redact.ts';
import { passedReport } from '../core/report/fixtures/reports.ts';

/** Reads the log of a courier and writes the run's JUnit file, as a run does both. */
export async function readResults(log: string, junit: string): Promise<void> {
  const reader = resultsReader((name, each) => new JUnitFile(name, each));
  const reading = reader.courier('bench');
  for await (const line of createInterface({ input: createReadStream(log) })) await reading.take([line]);
  const read = await reading.end();
  if (!read.ok) throw new Error(JSON.stringify(read.problem));
  await writeFile(junit, writeJUnit(makeRedactor([]).data({ ...passedReport(), results: read.results })));
  await rm(junit);
}
