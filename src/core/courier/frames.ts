import type { ResultsProblem } from '../model/results.ts';
import { ATTACHED, FRAME_PREFIX } from './courier-script.ts';
import { cutTo } from '../report/cut.ts';

/** How the archive in the frames is packed. */
export type Pack = 'gzip' | 'none';

/** What the delivery consists of when it is whole; the checksum is the courier's claim about the base64 text. */
export type WholeDelivery = { ok: true; files: number; sha256: string };

/** What a line of the log adds. After `begin` everything that came before it is void. */
export type FrameStep =
  { kind: 'begin'; pack: Pack } | { kind: 'text'; base64: string } | { kind: 'whole' } | { kind: 'nothing' };

const NOTHING: FrameStep = { kind: 'nothing' };
/** Without `chars` where the courier does not hold the whole of it. */
const BEGIN = /^begin files=(0|[1-9]\d{0,8})(?: chars=(0|[1-9]\d{0,9}))? pack=(gzip|none)$/;
const PART = /^([1-9]\d{0,8}) ((?=.)[A-Za-z0-9+/]*={0,2})$/;
const END = /^end frames=(0|[1-9]\d{0,8}) sha256=([0-9a-f]{64})$/;
const ERROR = /^error (.*)$/;

type Open = {
  files: number;
  chars: number | undefined;
  frames: number;
  received: number;
  padded: boolean;
  gap: boolean;
};

/**
 * Finds a courier's delivery in the lines of its log, as they come. Lines that are no frames of this run are passed over
 * (warnings of tar, for example). Frames that come once more are passed over too, and after a gap the delivery goes on
 * with the missing frame, should it come again: a log that is opened anew may repeat itself. Whether all of it came is
 * told at the end, by number, length and checksum.
 *
 * A courier that was restarted begins anew, and what it printed before was not the end of the test. So the newest begin
 * decides: when the delivery after it is incomplete, an older complete one is not used in its place.
 */
export class Frames {
  readonly #ours: string;
  readonly #attached: string;
  readonly #of: 'results' | 'attachments';
  #foreign = false;
  #open: Open | undefined;
  #end: { frames: number; sha256: string } | undefined;
  #broken: string | undefined;

  constructor(runId: string, of: 'results' | 'attachments' = 'results') {
    this.#of = of;
    this.#ours = `${FRAME_PREFIX} ${runId} `;
    this.#attached = `${this.#ours}${ATTACHED} `;
  }

  next(line: string): FrameStep {
    if (!line.startsWith(`${FRAME_PREFIX} `)) return NOTHING;
    if (!line.startsWith(this.#ours)) {
      this.#foreign = true;
      return NOTHING;
    }
    const isAttached = line.startsWith(this.#attached);
    if (isAttached !== (this.#of === 'attachments')) return NOTHING;
    return this.#step(line.slice((isAttached ? this.#attached : this.#ours).length));
  }

  /** Of all lines that came. The caller recomputes the checksum. */
  result(): WholeDelivery | { ok: false; problem: ResultsProblem } {
    if (this.#broken !== undefined) return incomplete(this.#broken);
    if (this.#open === undefined)
      return this.#foreign ? incomplete('all frames are of another run') : { ok: false, problem: { kind: 'absent' } };
    const why = lacking(this.#open, this.#end?.frames);
    if (why !== undefined || this.#end === undefined) return incomplete(why ?? 'there is no end frame');
    const { files } = this.#open;
    return files === 0 ? { ok: false, problem: { kind: 'no-files' } } : { ok: true, files, sha256: this.#end.sha256 };
  }

  #step(text: string): FrameStep {
    const begin = BEGIN.exec(text);
    if (begin) {
      const [, files, chars, pack] = begin;
      this.#open = {
        files: digits(files),
        chars: chars === undefined ? undefined : digits(chars),
        frames: 0,
        received: 0,
        padded: false,
        gap: false,
      };
      this.#end = undefined;
      this.#broken = undefined;
      return { kind: 'begin', pack: pack === 'none' ? 'none' : 'gzip' };
    }
    // The courier's own words must not be overwritten by what a broken delivery goes on to say.
    const error = ERROR.exec(text);
    if (error) return this.#break(`the courier could not deliver: ${cutTo(error[1] ?? '', 500)}`);
    if (this.#broken !== undefined) return NOTHING;
    if (this.#open === undefined) return this.#break('the first frame is missing');
    const part = PART.exec(text);
    if (part) return this.#part(this.#open, digits(part[1]), part[2] ?? '');
    const end = END.exec(text);
    if (!end) return this.#break(`the frame after frame ${this.#open.frames} is damaged`);
    this.#end = { frames: digits(end[1]), sha256: end[2] ?? '' };
    return lacking(this.#open, this.#end.frames) === undefined ? { kind: 'whole' } : NOTHING;
  }

  #part(open: Open, number: number, base64: string): FrameStep {
    if (number <= open.frames) return NOTHING;
    open.gap = number > open.frames + 1;
    if (open.gap) return NOTHING;
    if (open.padded && base64 !== '=') return this.#break(NO_BASE64);
    open.frames += 1;
    open.received += base64.length;
    open.padded = base64.endsWith('=');
    return { kind: 'text', base64 };
  }

  #break(why: string): FrameStep {
    this.#broken = why;
    return NOTHING;
  }
}

const NO_BASE64 = 'the frames do not make up base64 text';

/** What speaks against a whole delivery; `announced` by the end frame, if it came. */
function lacking({ files, chars, frames, received, gap }: Open, announced: number | undefined): string | undefined {
  const before = `${received}${chars === undefined ? '' : ` of ${chars}`} characters came before it`;
  if (announced === undefined)
    return gap
      ? `frame ${frames + 1} is missing, and so is the end frame; ${before}`
      : `the log ends after frame ${frames}, before the end frame; ${before}`;
  if (frames < announced) return `frame ${frames + 1} of ${announced} is missing; ${before}`;
  if (frames > announced) return `${frames} frames came, the end frame names ${announced}`;
  if (chars !== undefined && received !== chars) return `${received} characters came of ${chars}`;
  if (received % 4 !== 0) return NO_BASE64;
  if ((files === 0) !== (received === 0)) return 'the number of files and the frames contradict each other';
  return undefined;
}

/** Of a string that a pattern has already found to be at most ten digits. */
function digits(text: string | undefined): number {
  return Number.parseInt(text ?? 'NaN', 10);
}

function incomplete(detail: string): { ok: false; problem: ResultsProblem } {
  return { ok: false, problem: { kind: 'incomplete', detail } };
}
