import type { JsonObject } from '../core/model/json.ts';
import { stringAt } from '../core/model/json.ts';
import { RUN_LABEL } from '../core/plan/naming.ts';
import type { Clock, ObjectRef, Objects } from '../ports.ts';
import { refOf } from './ref.ts';

type Entry = { ref: ObjectRef; uid: string | undefined; pending: Promise<unknown> };

/** How long an unanswered create may still be waited for before its object is looked up by name instead. */
const IN_FLIGHT_MS = 2_000;

/**
 * Every temporary object of the run, noted *before* its create is sent: a reply can be lost and a cancellation can come
 * in between, and neither may leave an object behind.
 */
export class Made {
  readonly #entries = new Map<string, Entry>();

  /** Notes the intention, then awaits the call that makes the object; `uidOf` reads its UID from the answer. */
  async during<T>(object: JsonObject, call: Promise<T>, uidOf: (answer: T) => string | undefined): Promise<T> {
    const ref = refOf(object);
    const key = `${ref.kind}/${ref.name}`;
    this.#entries.set(key, { ref, uid: undefined, pending: call });
    const answer = await call;
    const uid = uidOf(answer);
    if (uid === undefined) this.#entries.delete(key);
    else this.#entries.set(key, { ref, uid, pending: Promise.resolve() });
    return answer;
  }

  get refs(): readonly ObjectRef[] {
    return [...this.#entries.values()].map(({ ref }) => ref);
  }

  /** Deletes all in reverse order of making, side by side. Returns one line per object for the report. */
  async deleteAll(objects: Objects, runId: string, clock: Clock, signal: AbortSignal): Promise<readonly string[]> {
    const entries = [...this.#entries.values()].reverse();
    return Promise.all(entries.map((entry) => deleteOne(entry, objects, runId, clock, signal)));
  }
}

async function deleteOne(
  entry: Entry,
  objects: Objects,
  runId: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const name = `${entry.ref.kind} ${entry.ref.name}`;
  let uid = entry.uid;
  if (uid === undefined) {
    await Promise.race([entry.pending.catch(() => undefined), clock.sleep(IN_FLIGHT_MS, signal)]);
    const found = await objects.get(entry.ref);
    if (!found.ok) {
      return found.error.kind === 'not-found'
        ? `${name} was not created`
        : `${name} may be left behind: ${found.error.message}`;
    }
    if (stringAt(found.value, 'metadata', 'labels', RUN_LABEL) !== runId)
      return `${name} is not of this run and was left alone`;
    uid = stringAt(found.value, 'metadata', 'uid');
  }
  const deleted = await objects.delete(entry.ref, { propagation: 'Background', ...(uid === undefined ? {} : { uid }) });
  if (deleted.ok) return deleted.value === 'deleted' ? `${name} deleted` : `${name} was already gone`;
  return `${name} could not be deleted: ${deleted.error.message}`;
}
