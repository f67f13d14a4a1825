import type { ResultsProblem } from '../model/results.ts';
import { FRAME_PREFIX } from './courier-script.ts';

/** How the archive in the frames is packed. */
export type Pack = 'gzip' | 'none';

export type DecodedFrames =
  { ok: true; base64: string; sha256: string; files: number; pack: Pack } | { ok: false; problem: ResultsProblem };

/**
 * Finds the courier's delivery in its log. Lines that are no frames of this run are passed over (warnings of tar, for
 * example); the frames themselves must be complete and in order.
 *
 * A courier that was restarted begins anew, and what it printed before was not the end of the test. So the newest
 * begin decides: when the delivery after it is incomplete, an older complete one is not used in its place.
 *
 * `sha256` is the courier's claim about the base64 text; the caller has to recompute it.
 */
export function decodeFrames(log: string, runId: string): DecodedFrames {
  const ours = `${FRAME_PREFIX} ${runId} `;
  let delivery: Delivery | undefined;
  let foreign = false;
  for (const line of log.split('\n')) {
    if (!line.startsWith(`${FRAME_PREFIX} `)) continue;
    if (!line.startsWith(ours)) {
      foreign = true;
      continue;
    }
    delivery = step(delivery, line.slice(ours.length));
  }
  if (delivery === undefined)
    return foreign ? incomplete('all frames are of another run') : { ok: false, problem: { kind: 'absent' } };
  return delivery.state === 'ended'
    ? finish(delivery)
    : incomplete(delivery.state === 'broken' ? delivery.why : openEnd(delivery));
}

type Open = { state: 'open'; files: number; chars: number; pack: Pack; parts: string[] };
type Ended = { state: 'ended'; files: number; pack: Pack; base64: string; sha256: string };
type Delivery = Open | Ended | { state: 'broken'; why: string };

const BEGIN = /^begin files=(0|[1-9]\d{0,8}) chars=(0|[1-9]\d{0,9}) pack=(gzip|none)$/;
const PART = /^([1-9]\d{0,8}) ([A-Za-z0-9+/=]+)$/;
const END = /^end frames=(0|[1-9]\d{0,8}) sha256=([0-9a-f]{64})$/;
const ERROR = /^error (.*)$/;

function step(delivery: Delivery | undefined, text: string): Delivery {
  const begin = BEGIN.exec(text);
  if (begin)
    return {
      state: 'open',
      files: digits(begin[1]),
      chars: digits(begin[2]),
      pack: begin[3] === 'none' ? 'none' : 'gzip',
      parts: [],
    };
  // The courier's own words must not be overwritten by what a broken delivery goes on to say.
  const error = ERROR.exec(text);
  if (error) return broken(`the courier could not deliver: ${(error[1] ?? '').slice(0, 500)}`);
  if (delivery === undefined) return broken('the first frame is missing');
  if (delivery.state === 'broken') return delivery;
  if (delivery.state === 'ended') return broken('frames follow after the end frame');

  const part = PART.exec(text);
  if (part) {
    const expected = delivery.parts.length + 1;
    if (digits(part[1]) !== expected) return broken(`frame ${part[1] ?? ''} came where frame ${expected} was expected`);
    delivery.parts.push(part[2] ?? '');
    return delivery;
  }
  const end = END.exec(text);
  if (!end) return broken(`the frame after frame ${delivery.parts.length} is damaged`);
  if (digits(end[1]) !== delivery.parts.length)
    return broken(`${delivery.parts.length} frames came, the end frame names ${end[1] ?? ''}`);
  const base64 = delivery.parts.join('');
  if (base64.length !== delivery.chars) return broken(`${base64.length} characters came of ${delivery.chars}`);
  if (base64.length % 4 !== 0 || !/^[^=]*={0,2}$/.test(base64)) return broken('the frames do not make up base64 text');
  if ((delivery.files === 0) !== (base64 === ''))
    return broken('the number of files and the frames contradict each other');
  return { state: 'ended', files: delivery.files, pack: delivery.pack, base64, sha256: end[2] ?? '' };
}

function finish({ files, pack, base64, sha256 }: Ended): DecodedFrames {
  if (files === 0) return { ok: false, problem: { kind: 'no-files' } };
  return { ok: true, base64, sha256, files, pack };
}

function openEnd({ parts }: Open): string {
  return `the log ends after frame ${parts.length}, before the end frame`;
}

/** Of a string that a pattern has already found to be at most ten digits. */
function digits(text: string | undefined): number {
  return Number.parseInt(text ?? 'NaN', 10);
}

function broken(why: string): Delivery {
  return { state: 'broken', why };
}

function incomplete(detail: string): DecodedFrames {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
