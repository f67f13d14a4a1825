import type { IncomingMessage } from 'node:http';
import type { NodeFiles } from './log-files.ts';
import { type Stamp, compareStamps } from './log-stamp.ts';
import type { LogSoFar } from './log-so-far.ts';

/** The kubelet changes files no more often than every 3 s (`LEAST_ROTATION_MS`), so none passes between two looks. */
const LOOK_EVERY_MS = 1_000;
const HEADERS_MS = 15_000;

type NextFile = { head: Stamp; response: IncomingMessage };

/**
 * The files that the node began while an older one was still being read. Each is held open by a stream of its own that
 * nobody reads yet: a kubelet opens a log by its name, but goes on reading a file that it has renamed or removed since. So
 * a reader that is slower than the writer gets one file after the other, where a single follow would go to the
 * newest. What waits is in the buffers of the connection, and on the node.
 */
export class NextFiles {
  readonly #log: LogSoFar;
  readonly #files: NodeFiles;
  readonly #waiting: NextFile[] = [];
  #head: Stamp | undefined;
  #lookedAtMs: number | undefined;
  #isLooking = false;
  /** More lines were read during a look: no other may come after them. */
  #isWanted = false;

  constructor(log: LogSoFar, files: NodeFiles) {
    this.#log = log;
    this.#files = files;
  }

  /** Where the oldest of them begins. */
  get head(): Stamp | undefined {
    return this.#waiting[0]?.head;
  }

  shift(): IncomingMessage | undefined {
    return this.#waiting.shift()?.response;
  }

  close(): void {
    for (const { response } of this.#waiting.splice(0)) response.destroy();
  }

  /** After lines were read. Nobody waits for it: it only opens what is to be read later. */
  async look(): Promise<void> {
    const { api, window, signal } = this.#log;
    if (window.first === undefined) return;
    if (this.#isLooking) {
      this.#isWanted = true;
      return;
    }
    this.#lookedAtMs ??= api.clock.nowMs();
    if (!this.#isDue(this.#lookedAtMs)) return;
    this.#isLooking = true;
    do {
      this.#isWanted = false;
      this.#lookedAtMs = api.clock.nowMs();
      const head = await this.#files.newestHead(false);
      if (head !== undefined && head !== 'empty') await this.#found(head);
    } while (this.#isWanted && !signal.aborted && this.#isDue(this.#lookedAtMs));
    this.#isLooking = false;
    if (signal.aborted) this.close();
  }

  #isDue(lookedAtMs: number): boolean {
    return this.#log.api.clock.nowMs() - lookedAtMs >= LOOK_EVERY_MS;
  }

  async #found(head: Stamp): Promise<void> {
    const { api, source, path, signal, window } = this.#log;
    const { first, last } = window;
    const known = this.#head ?? first;
    if (known === undefined || compareStamps(head, known) <= 0) return;
    this.#head = head;
    // A stream that is not behind goes on with the newest file by itself.
    if (last !== undefined && compareStamps(head, last) <= 0) return;
    const query = { container: source.container, timestamps: 'true', follow: 'true' };
    const doing = `reading the next file of ${path}`;
    const opened = await api.stream({ method: 'GET', path, query, doing, signal }, HEADERS_MS);
    if (opened.ok) this.#waiting.push({ head, response: opened.value });
  }
}
