import type { JsonObject } from '../../core/model/json.ts';
import type { Read } from '../../core/model/seen.ts';
import type { SurroundingRead } from '../../core/model/surroundings.ts';
import { apiError } from './api-error.ts';
import type { Known } from './known.ts';
import type { WatchHandler, WatchTarget } from './list-watch.ts';

export type Start = (target: WatchTarget, handler: WatchHandler, signal: AbortSignal) => void;

/** Watches of one kind that come and go. Never fails the run; once refused, the kind is not asked for again. */
export class OnDemand<T> {
  readonly #running = new Map<string, { known: Known<T>; read: Read; stop: AbortController }>();
  readonly #make: () => Known<T>;
  readonly #start: Start;
  readonly #note: () => void;
  #refused: Read | undefined;

  constructor(make: () => Known<T>, start: Start, note: () => void) {
    this.#make = make;
    this.#start = start;
    this.#note = note;
  }

  want(targets: readonly WatchTarget[]): void {
    if (this.#refused !== undefined) return;
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const [key, { stop }] of this.#running) {
      if (wanted.has(key)) continue;
      this.#running.delete(key);
      stop.abort(new Error('not wanted any more'));
      this.#note();
    }
    for (const [key, target] of wanted) if (!this.#running.has(key)) this.#run(key, target);
  }

  list(): readonly T[] {
    return [...this.#running.values()].flatMap(({ known }) => known.list());
  }

  /** The worst of its watches: a kind is current when all of it is. */
  read(nowMs: number): SurroundingRead {
    if (this.#refused !== undefined) return this.#refused;
    const running = [...this.#running.values()];
    const failing = running.find(({ read }) => read.state === 'failing')?.read;
    const pending = running.find(({ read }) => read.state === 'pending')?.read;
    const unreadable = running.find(({ known }) => known.unreadable !== undefined)?.known.unreadable;
    if (failing ?? pending) return failing ?? pending ?? { state: 'pending' };
    if (unreadable !== undefined) return unreadableRead(unreadable, nowMs);
    return running.length === 0 ? { state: 'not-wanted' } : { state: 'current' };
  }

  #run(key: string, target: WatchTarget): void {
    const one = { known: this.#make(), read: PENDING, stop: new AbortController() };
    this.#running.set(key, one);
    this.#note();
    const change = (how: () => void): void => {
      if (one.stop.signal.aborted) return;
      how();
      this.#note();
    };
    const handler = {
      replaced: (objects: readonly JsonObject[]) => change(() => one.known.replace(objects)),
      changed: (object: JsonObject) => change(() => one.known.put(object)),
      removed: (object: JsonObject) => change(() => one.known.remove(object)),
      read: (read: Read) => {
        if (isRefusal(read)) this.#refuse(read);
        else if (one.read.state !== 'current' || read.state !== 'current') change(() => (one.read = read));
      },
    };
    this.#start(target, handler, one.stop.signal);
  }

  #refuse(read: Read): void {
    this.#refused = read;
    for (const { stop } of this.#running.values()) stop.abort(new Error('refused'));
    this.#running.clear();
    this.#note();
  }
}

const PENDING: Read = { state: 'pending' };

/** Rights do not come back within a run, and an API group that the server does not have neither. */
function isRefusal(read: Read): boolean {
  return read.state === 'failing' && (read.error.kind === 'forbidden' || read.error.kind === 'not-found');
}

function keyOf({ path, labelSelector = '', fieldSelector = '' }: WatchTarget): string {
  return [path, labelSelector, fieldSelector].join(' ');
}

/** An object that we cannot read is not the same as no object: its kind counts as failing. */
export function unreadableRead(name: string, nowMs: number): Read {
  const error = apiError('not-kubernetes', `the API server sent an object that cannot be read: ${name}`);
  return { state: 'failing', sinceMs: nowMs, error };
}
