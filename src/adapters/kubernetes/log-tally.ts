import { type Ledger, type LogEnding, type LogGap, type LogGapCause, MAX_GAPS } from '../../core/model/ledger.ts';

const MAX_QUOTED = 200;
/** What a line has in the node's file besides its text: stamp, name of the pipe, tag (CRI log format). */
const OVERHEAD_BYTES = 45;

/** Counts what was given of one log; of a fixed size whatever the log's length. */
export class Tally {
  lines = 0;
  bytes = 0;
  cutLines = 0;
  reopens = 0;
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #undated: { count: number; first: string } | undefined;
  #gaps: LogGap[] = [];
  #moreGaps = 0;

  line(bytes: number, atMs: number): void {
    this.lines += 1;
    this.bytes += bytes;
    this.#firstMs ??= atMs;
    this.#lastMs = atMs;
  }

  /** How large the lines are in the node's files, about. */
  get nodeBytes(): number {
    return this.bytes + this.lines * OVERHEAD_BYTES;
  }

  undated(line: string): void {
    if (this.#undated === undefined) this.#undated = { count: 1, first: line.slice(0, MAX_QUOTED) };
    else this.#undated.count += 1;
  }

  /** Gaps that overlap are one; it is certain of a rotation where one of them was. */
  gap(fromMs: number, toMs: number | undefined, cause: LogGapCause): void {
    const end = (gap: { toMs: number | undefined }): number => gap.toMs ?? Infinity;
    const whole: LogGap = { fromMs, toMs, cause };
    const apart: LogGap[] = [];
    for (const gap of this.#gaps) {
      if (gap.fromMs > end(whole) || end(gap) < whole.fromMs) {
        apart.push(gap);
        continue;
      }
      whole.fromMs = Math.min(whole.fromMs, gap.fromMs);
      whole.toMs = whole.toMs === undefined || gap.toMs === undefined ? undefined : Math.max(whole.toMs, gap.toMs);
      if (gap.cause === 'rotated') whole.cause = 'rotated';
    }
    if (apart.length === MAX_GAPS) {
      this.#moreGaps += 1;
      return;
    }
    this.#gaps = [...apart, whole].sort((a, b) => a.fromMs - b.fromMs);
  }

  /** Lines from `fromMs` to `toMs` came from one file of the node: nobody can have been behind by a file there. */
  oneFile(fromMs: number, toMs: number): void {
    this.#gaps = this.#gaps.filter(
      (gap) => gap.cause !== 'slow-reader' || gap.fromMs < fromMs || (gap.toMs ?? Infinity) > toMs,
    );
  }

  ledger(of: { pod: string; container: string; restart: number }, end: LogEnding): Ledger {
    return {
      pod: of.pod,
      container: of.container,
      restart: of.restart,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      lines: this.lines,
      bytes: this.bytes,
      cutLines: this.cutLines,
      undated: this.#undated,
      reopens: this.reopens,
      gaps: this.#gaps,
      moreGaps: this.#moreGaps,
      end,
    };
  }
}
