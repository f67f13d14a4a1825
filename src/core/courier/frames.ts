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
/** Without `chars` and checksum where the courier does not hold the whole of it; such a delivery comes only once. */
const BEGIN = /^begin files=(0|[1-9]\d{0,8})(?: chars=(0|[1-9]\d{0,9}))? pack=(gzip|none)(?: sha256=([0-9a-f]{64}))?$/;
const NUMBER = /^([1-9]\d{0,8}) /;
/** Shows that the line was not cut: a shorter text would pass for a frame, too. */
const FRAME_END = '.';
const END = /^end frames=(0|[1-9]\d{0,8}) sha256=([0-9a-f]{64})$/;
const ERROR = /^error (.*)$/;

type Open = {
  begin: string;
  files: number;
  chars: number | undefined;
  sha256: string | undefined;
  frames: number;
  received: number;
  padded: boolean;
  gap: boolean;
  /** How many frames had come when a line came that says nothing. */
  damagedAfter: number | undefined;
};

/**
 * Finds a courier's delivery in the lines of its log, as they come. Lines that are no frames of this run are passed over
 * (warnings of tar, for example). A courier sends large results more than once, and a log that is opened anew may repeat
 * itself: frames that come once more are passed over, and after a gap, or a frame that is damaged, the delivery goes on with
 * the missing frame when it comes again. A begin that says what the open delivery's says, its checksum included, is that of
 * a further pass. Whether all of it came is told by number, length and checksum, in whichever pass its parts came.
 *
 * A courier that was restarted begins anew, and what it printed before was not the end of the test. So the newest begin
 * with another checksum decides: when the delivery after it is incomplete, an older complete one is not used in its place.
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
    if (why !== undefined) return incomplete(why);
    const { files } = this.#open;
    if (files === 0) return { ok: false, problem: { kind: 'no-files' } };
    const sha256 = this.#open.sha256 ?? this.#end?.sha256;
    return sha256 === undefined ? incomplete('no checksum came') : { ok: true, files, sha256 };
  }

  #step(text: string): FrameStep {
    const begin = BEGIN.exec(text);
    if (begin) return this.#begin(text, begin);
    // The courier's own words must not be overwritten by what a broken delivery goes on to say.
    const error = ERROR.exec(text);
    if (error) return this.#break(`the courier could not deliver: ${cutTo(error[1] ?? '', 500)}`);
    if (this.#broken !== undefined) return NOTHING;
    const open = this.#open;
    if (open === undefined) return this.#break('the first frame is missing');
    const number = NUMBER.exec(text);
    if (number) return this.#part(open, digits(number[1]), text.slice(number[0].length));
    const end = END.exec(text);
    if (!end) return damaged(open);
    this.#end = { frames: digits(end[1]), sha256: end[2] ?? '' };
    return lacking(open, this.#end.frames) === undefined ? { kind: 'whole' } : NOTHING;
  }

  #begin(text: string, [, files, chars, pack, sha256]: readonly (string | undefined)[]): FrameStep {
    this.#broken = undefined;
    if (sha256 !== undefined && this.#open?.begin === text) return NOTHING;
    this.#open = {
      begin: text,
      files: digits(files),
      chars: chars === undefined ? undefined : digits(chars),
      sha256,
      frames: 0,
      received: 0,
      padded: false,
      gap: false,
      damagedAfter: undefined,
    };
    this.#end = undefined;
    return { kind: 'begin', pack: pack === 'none' ? 'none' : 'gzip' };
  }

  #part(open: Open, number: number, text: string): FrameStep {
    if (number <= open.frames) return NOTHING;
    open.gap = number > open.frames + 1;
    if (open.gap) return NOTHING;
    // The alphabet is left to the checksum: to look at each character costs more than all the rest.
    if (text.length <= 1 || !text.endsWith(FRAME_END) || text.includes(' ')) return damaged(open);
    const base64 = text.slice(0, -FRAME_END.length);
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

function damaged(open: Open): FrameStep {
  open.damagedAfter = open.frames;
  return NOTHING;
}

const NO_BASE64 = 'the frames do not make up base64 text';

/** What speaks against a whole delivery; `announced` by the end frame, if it came. */
function lacking(open: Open, announced: number | undefined): string | undefined {
  const { files, chars, sha256, frames, received, gap, damagedAfter } = open;
  const before = `${received}${chars === undefined ? '' : ` of ${chars}`} characters came before it`;
  // With length and checksum in its first frame, a delivery needs no end frame.
  const isAll = sha256 !== undefined && received === chars;
  if (!isAll && frames < (announced ?? Infinity)) {
    if (damagedAfter === frames) return `the frame after frame ${frames} is damaged; ${before}`;
    if (announced !== undefined) return `frame ${frames + 1} of ${announced} is missing; ${before}`;
    return gap
      ? `frame ${frames + 1} is missing, and so is the end frame; ${before}`
      : `the log ends after frame ${frames}, before the end frame; ${before}`;
  }
  if (announced !== undefined && frames !== announced) return `${frames} frames came, the end frame names ${announced}`;
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
