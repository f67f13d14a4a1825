import type { ResultsRead } from '../../../src/core/model/results.ts';
import type { ResultsReader } from '../../../src/ports.ts';

/** A whole log of a courier, `linesAtOnce` lines at a time. */
export async function readLog(
  reader: ResultsReader,
  log: string,
  runId: string,
  linesAtOnce = 7,
): Promise<ResultsRead> {
  const reading = reader.courier(runId);
  const lines = log.split('\n');
  for (let at = 0; at < lines.length; at += linesAtOnce) await reading.take(lines.slice(at, at + linesAtOnce));
  return reading.end();
}
