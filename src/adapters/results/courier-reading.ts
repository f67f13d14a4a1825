import { Frames, type Pack } from '../../core/courier/frames.ts';
import { NO_ATTACHMENTS } from '../../core/model/attachments.ts';
import type { ResultsProblem } from '../../core/model/results.ts';
import type { CourierReading, KeepAttachments } from '../../ports.ts';
import { ArchiveStream } from './archive-stream.ts';
import { BadArchive, type Limits, eachMember } from './archive.ts';
import { AttachmentsReading } from './attachments-reading.ts';
import { ResultsCollection } from './collection.ts';
import type { OpenResultsFile } from './index.ts';

type Read = { collection: ResultsCollection; problem: ResultsProblem | undefined };

/**
 * Lines → frames → archive → files → cases, while the log comes: memory does not grow with it. What was read counts only
 * when, at the end, number, length and checksum of the frames say that all of it came, unchanged. One file that cannot be
 * read makes the whole unusable, because the tests that failed may be in there.
 */
export function courierReading(
  runId: string,
  open: OpenResultsFile,
  limits: Limits,
  keep: KeepAttachments | undefined,
): CourierReading {
  const frames = new Frames(runId);
  const attached = keep && new AttachmentsReading(runId, keep);
  let archive: ArchiveStream<Read> | undefined;
  let isWhole = false;
  return {
    async take(lines) {
      let texts: string[] = [];
      for (const line of lines) {
        const step = frames.next(line);
        if (step.kind === 'begin') {
          archive?.leave();
          archive = new ArchiveStream((bytes) => readAll(bytes, step.pack, open, limits));
          texts = [];
        } else if (step.kind === 'text') texts.push(step.base64);
        if (step.kind !== 'nothing') isWhole = step.kind === 'whole';
      }
      await archive?.add(texts.join(''));
      await attached?.take(lines);
      return isWhole && attached?.isOver !== false ? 'whole' : 'more';
    },
    async end() {
      const whole = frames.result();
      if (!whole.ok || archive === undefined) {
        archive?.leave();
        return whole.ok ? incomplete('no frame came') : whole;
      }
      const { sha256, value } = await archive.end();
      if (sha256 !== whole.sha256)
        return incomplete(`the checksum is ${sha256}, the courier announced ${whole.sha256}`);
      const { collection, problem } = value;
      if (problem !== undefined) return { ok: false, problem };
      if (collection.files !== whole.files)
        return incomplete(`${collection.files} files came, the courier announced ${whole.files}`);
      return { ok: true, results: collection.results(sha256, 'courier') };
    },
    attachments: async () => attached?.end() ?? NO_ATTACHMENTS,
  };
}

async function readAll(
  bytes: AsyncIterable<Uint8Array>,
  pack: Pack,
  open: OpenResultsFile,
  limits: Limits,
): Promise<Read> {
  const collection = new ResultsCollection(open);
  let problem: ResultsProblem | undefined;
  try {
    await eachMember(bytes, pack, limits, async (member) => {
      problem = await collection.add(member.path, member.bytes, member.content);
      return problem === undefined;
    });
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
    problem =
      error.member === undefined
        ? { kind: 'incomplete', detail: error.message }
        : { kind: 'invalid', file: error.member, detail: error.message };
  }
  return { collection, problem };
}

function incomplete(detail: string): { ok: false; problem: ResultsProblem } {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
