import { createHash } from 'node:crypto';
import { decodeFrames } from '../../core/courier/frames.ts';
import type { ResultsProblem, ResultsRead, TestCase } from '../../core/model/results.ts';
import { mergeResults, type ReadFile } from '../../core/results/merge.ts';
import type { ResultsReader } from '../../ports.ts';
import { BadArchive, LIMITS, members, type Limits } from './archive.ts';

/** Reads one file of results; `file` only names it in the problem. */
export type ReadFileOfResults = (
  file: string,
  bytes: Uint8Array,
) => { ok: true; cases: TestCase[] } | { ok: false; problem: ResultsProblem };

/**
 * Log → frames → checksum → archive → files → cases. All of it must hold: one file that cannot be read makes the whole
 * unusable, because the tests that failed may be in there.
 */
export function resultsReader(readFile: ReadFileOfResults, limits: Limits = LIMITS): ResultsReader {
  return { fromCourierLog: (log, runId) => read(log, runId, readFile, limits) };
}

async function read(log: string, runId: string, readFile: ReadFileOfResults, limits: Limits): Promise<ResultsRead> {
  const frames = decodeFrames(log, runId);
  if (!frames.ok) return frames;
  const sha256 = createHash('sha256').update(frames.base64).digest('hex');
  if (sha256 !== frames.sha256) return incomplete(`the checksum is ${sha256}, the courier announced ${frames.sha256}`);

  const files: ReadFile[] = [];
  try {
    for await (const { path, bytes } of members(Buffer.from(frames.base64, 'base64'), frames.pack, limits)) {
      const file = readFile(path, bytes);
      if (!file.ok) return file;
      files.push({ path, bytes: bytes.byteLength, cases: file.cases });
    }
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    if (error.member === undefined) return incomplete(error.message);
    return { ok: false, problem: { kind: 'invalid', file: error.member, detail: error.message } };
  }
  if (files.length !== frames.files)
    return incomplete(`${files.length} files came, the courier announced ${frames.files}`);
  return { ok: true, results: mergeResults(files, sha256) };
}

function incomplete(detail: string): ResultsRead {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
