import { Frames, type Pack } from '../../../src/core/courier/frames.ts';
import type { ResultsProblem } from '../../../src/core/model/results.ts';

export type DecodedFrames =
  { ok: true; base64: string; sha256: string; files: number; pack: Pack } | { ok: false; problem: ResultsProblem };

/** All of a log at once. */
export function decodeFrames(log: string, runId: string, of: 'results' | 'attachments' = 'results'): DecodedFrames {
  const frames = new Frames(runId, of);
  let parts: string[] = [];
  let pack: Pack = 'none';
  for (const line of log.split('\n')) {
    const step = frames.next(line);
    if (step.kind === 'begin') {
      ({ pack } = step);
      parts = [];
    } else if (step.kind === 'text') parts.push(step.base64);
  }
  const result = frames.result();
  return result.ok ? { ...result, pack, base64: parts.join('') } : result;
}
