import { createHash } from 'node:crypto';
import { decodeFrames } from '../../core/courier/frames.ts';
import type { ResultsProblem, ResultsRead, TestCase } from '../../core/model/results.ts';
import type { ResultsReader } from '../../ports.ts';
import { BadArchive, LIMITS, type Limits, eachMember } from './archive.ts';
import { ResultsCollection } from './collection.ts';
import { readFromLog } from './from-log.ts';

/** Reads one file of results as it comes. `write` says false when nothing that follows can change the answer. */
export type ResultsFile = {
  write(bytes: Uint8Array): boolean;
  end(): { ok: true; contradictions: readonly string[] } | { ok: false; problem: ResultsProblem };
};
/** `file` only names it in the problem; `each` gets every case at its end. */
export type OpenResultsFile = (file: string, each: (one: TestCase) => void) => ResultsFile;

/**
 * Log → frames → checksum → archive → files → cases. All of it must hold: one file that cannot be read makes the whole
 * unusable, because the tests that failed may be in there.
 */
export function resultsReader(open: OpenResultsFile, limits: Limits = LIMITS): ResultsReader {
  return {
    fromCourierLog: (log, runId) => read(log, runId, open, limits),
    fromTestcarLog: (log, runId) => readFromLog(log, runId, open),
  };
}

async function read(log: string, runId: string, open: OpenResultsFile, limits: Limits): Promise<ResultsRead> {
  const frames = decodeFrames(log, runId);
  if (!frames.ok) return frames;
  const sha256 = createHash('sha256').update(frames.base64).digest('hex');
  if (sha256 !== frames.sha256) return incomplete(`the checksum is ${sha256}, the courier announced ${frames.sha256}`);

  const collection = new ResultsCollection(open);
  let problem: ResultsProblem | undefined;
  try {
    const archive = Buffer.from(frames.base64, 'base64');
    await eachMember(archive, frames.pack, limits, async ({ path, bytes, content }) => {
      problem = await collection.add(path, bytes, content);
      return problem === undefined;
    });
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    if (error.member === undefined) return incomplete(error.message);
    return { ok: false, problem: { kind: 'invalid', file: error.member, detail: error.message } };
  }
  if (problem !== undefined) return { ok: false, problem };
  if (collection.files !== frames.files)
    return incomplete(`${collection.files} files came, the courier announced ${frames.files}`);
  return { ok: true, results: collection.results(sha256, 'courier') };
}

function incomplete(detail: string): ResultsRead {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
