import type { JsonObject } from '../core/model/json.ts';
import { stringAt } from '../core/model/json.ts';
import type { ApiErrorKind, Result } from '../core/model/api-error.ts';
import { RUN_LABEL } from '../core/plan/naming.ts';
import type { Clock, ObjectRef, Objects } from '../ports.ts';
import { refOf, uidOf } from './ref.ts';

type Entry = { ref: ObjectRef; uid: string | undefined; pending: Promise<unknown> };

/** How long an unanswered create may still be waited for before its object is looked up by name instead. */
const IN_FLIGHT_MS = 2_000;

/** Answers which say that this create made nothing. */
const NOT_MADE: readonly ApiErrorKind[] = [
  'already-exists',
  'invalid',
  'forbidden',
  'not-found',
  'unauthorized',
  'aborted',
];

/**
 * Every temporary object of the run, noted *before* its create is sent: a reply can be lost and a cancellation can come
 * in between, and neither may leave an object behind.
 */
export class Made {
  readonly #entries = new Map<string, Entry>();

  /** Notes the intention, then awaits the call that makes the object. */
  async during(object: JsonObject, create: Promise<Result<JsonObject>>): Promise<Result<JsonObject>> {
    const ref = refOf(object);
    this.#note(ref, undefined, create);
    const answer = await create;
    if (answer.ok) this.#note(ref, uidOf(answer.value));
    // After any other error the server may have made it all the same: the clean-up looks for it by name.
    else if (NOT_MADE.includes(answer.error.kind)) this.#entries.delete(keyOf(ref));
    return answer;
  }

  /** Takes over an object that an earlier try of this attempt made. */
  adopt(existing: JsonObject): void {
    this.#note(refOf(existing), uidOf(existing));
  }

  #note(ref: ObjectRef, uid: string | undefined, pending: Promise<unknown> = Promise.resolve()): void {
    this.#entries.set(keyOf(ref), { ref, uid, pending });
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

function keyOf({ kind, name }: ObjectRef): string {
  return `${kind}/${name}`;
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
