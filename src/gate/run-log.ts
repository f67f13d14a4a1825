import type { Note, Phase, Report } from '../core/report/report.ts';
import type { Clock, Host } from '../ports.ts';

/** How often an unchanged wait is said again, so that a silent log can be told from a hung process. */
const REMINDER_MS = 30_000;

/** What was said and when each phase began and ended; the raw material of the report's timeline. */
export class RunLog {
  readonly startedAtMs: number;
  readonly notes: Note[] = [];
  readonly settlement: string[] = [];
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #phases: { phase: Phase; startedAtMs: number; endedAtMs: number | undefined }[] = [];
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
