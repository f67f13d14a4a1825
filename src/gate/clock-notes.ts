import type { ClockOffset } from '../core/model/clock-offset.ts';
import type { Observation } from '../core/model/seen.ts';
import { nodeClocks, serverClockInWords } from '../core/report/clock-words.ts';
import type { RunLog } from './run-log.ts';

/** A cluster whose nodes are all wrong is told by some of them. */
const MAX_NODES = 3;

/** Says once of each clock that it is far off. */
export class ClockNotes {
  readonly #log: RunLog;
  readonly #told = new Set<string>();
  #server: ClockOffset | undefined;

  constructor(log: RunLog) {
    this.#log = log;
  }

  server(offset: ClockOffset | undefined): void {
    this.#server = offset;
    const text = offset && serverClockInWords(offset);
    if (text !== undefined) this.#log.note(text);
  }

  look(seen: Observation): void {
    if (this.#told.size >= MAX_NODES) return;
    for (const { node, text } of nodeClocks(seen, this.#server)) {
      if (this.#told.has(node) || this.#told.size >= MAX_NODES) continue;
      this.#told.add(node);
      this.#log.note(text);
    }
  }
}
