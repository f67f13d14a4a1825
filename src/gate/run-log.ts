import type { Note, Phase, Report } from '../core/report/report.ts';
import type { TimelineEntry } from '../core/report/timeline-change.ts';
import type { Clock, Host } from '../ports.ts';

/** How often an unchanged wait is said again, so that a silent log can be told from a hung process. */
const REMINDER_MS = 30_000;
/** What is kept of the cluster's changes: how it began and how it ended. A cluster in trouble changes without end. */
const FIRST_CHANGES = 100;
const LAST_CHANGES = 400;

/** What was said and when each phase began and ended; the raw material of the report's timeline. */
export class RunLog {
  readonly startedAtMs: number;
  readonly notes: Note[] = [];
  readonly settlement: string[] = [];
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #phases: { phase: Phase; startedAtMs: number; endedAtMs: number | undefined }[] = [];
  readonly #changes: TimelineEntry[] = [];
  #changesLeftOut = 0;
  #waitingFor = '';
  #saidAtMs = 0;

  constructor(clock: Clock, host: Host) {
    this.#clock = clock;
    this.#host = host;
    this.startedAtMs = clock.nowMs();
  }

  enter(phase: Phase): void {
    const now = this.#clock.nowMs();
    const open = this.#phases.at(-1);
    if (open) open.endedAtMs = now;
    this.#phases.push({ phase, startedAtMs: now, endedAtMs: undefined });
    this.#waitingFor = '';
  }

  get phase(): Phase {
    return this.#phases.at(-1)?.phase ?? 'configure';
  }

  /** Says something once and keeps it for the timeline. */
  note(text: string): void {
    this.notes.push({ atMs: this.#clock.nowMs(), phase: this.phase, text });
    this.#host.say(text);
  }

  /** Keeps what happened in the cluster, without saying it. */
  happened(changes: readonly TimelineEntry[]): void {
    this.#changes.push(...changes);
    const tooMany = Math.max(0, this.#changes.length - FIRST_CHANGES - LAST_CHANGES);
    this.#changes.splice(FIRST_CHANGES, tooMany);
    this.#changesLeftOut += tooMany;
  }

  timeline(): readonly TimelineEntry[] {
    const next = this.#changes[FIRST_CHANGES];
    if (next === undefined || this.#changesLeftOut === 0) return this.#changes;
    const { atMs } = next;
    const note: TimelineEntry = {
      atMs,
      about: 'cluster',
      object: 'timeline',
      text: `${this.#changesLeftOut} left out`,
    };
    return this.#changes.toSpliced(FIRST_CHANGES, 0, note);
  }

  /** Something that the settlement did or could not do. */
  settled(text: string): void {
    this.settlement.push(text);
    this.note(text);
  }

  /** Says what is waited for when that changes, and repeats it as a reminder. Returns when to call again. */
  waiting(forWhat: string): number {
    const now = this.#clock.nowMs();
    if (forWhat !== this.#waitingFor) {
      this.#waitingFor = forWhat;
      this.#saidAtMs = now;
      this.note(`waiting for ${forWhat}`);
    } else if (now - this.#saidAtMs >= REMINDER_MS) {
      this.#saidAtMs = now;
      this.#host.say(`still waiting for ${forWhat}`);
    }
    return this.#saidAtMs + REMINDER_MS;
  }

  phases(): Report['phases'] {
    const now = this.#clock.nowMs();
    return this.#phases.map(({ phase, startedAtMs, endedAtMs }) => ({
      phase,
      startedAtMs,
      endedAtMs: endedAtMs ?? now,
    }));
  }
}
