import { isObject, type JsonObject, stringAt } from '../core/model/json.ts';
import type { ObjectRef, Objects } from '../ports.ts';

/** A temporary object that a killed run leaves behind. `uid` is unknown while its create is unanswered. */
export type LeftBehind = ObjectRef & { uid: string | undefined; runId: string };

/** The label by which an object is known to be of one run (src/core/plan/naming.ts). */
export type RunLabel = string;

/**
 * Objects that remembers, outside of this process, what is temporary and still there. `remember` is called before a
 * create is sent and after each answer, because the agent may kill the process in between.
 */
export function recordingObjects(
  objects: Objects,
  runLabel: RunLabel,
  remember: (left: readonly LeftBehind[]) => void,
): Objects {
  const left = new Map<string, LeftBehind>();
  const changed = (): void => {
    remember([...left.values()]);
  };
  return {
    get: (ref) => objects.get(ref),
    list: (query) => objects.list(query),
    apply: (object, options) => objects.apply(object, options),
    patch: (ref, patch) => objects.patch(ref, patch),
    untilGone: (...args) => objects.untilGone(...args),
    async create(object, options) {
      const entry = options.dryRun ? undefined : temporary(object, runLabel);
      if (entry === undefined) return objects.create(object, options);
      const key = keyOf(entry);
      left.set(key, entry);
      changed();
      const created = await objects.create(object, options);
      if (created.ok) left.set(key, { ...entry, uid: stringAt(created.value, 'metadata', 'uid') });
      // Any other error may have come after the object was made; the post step looks then.
      else if (['already-exists', 'invalid', 'forbidden', 'not-found', 'unauthorized'].includes(created.error.kind))
        left.delete(key);
      changed();
      return created;
    },
    async delete(ref, options) {
      const deleted = await objects.delete(ref, options);
      if (deleted.ok && left.delete(keyOf(ref))) changed();
      return deleted;
    },
  };
}

function temporary(object: JsonObject, runLabel: RunLabel): LeftBehind | undefined {
  const runId = stringAt(object, 'metadata', 'labels', runLabel);
  const apiVersion = stringAt(object, 'apiVersion');
  const kind = stringAt(object, 'kind');
  const namespace = stringAt(object, 'metadata', 'namespace');
  const name = stringAt(object, 'metadata', 'name');
  if (runId === undefined || !apiVersion || !kind || !namespace || !name) return undefined;
  return { apiVersion, kind, namespace, name, uid: undefined, runId };
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${namespace}/${kind}/${name}`;
}

export function leftBehindToText(left: readonly LeftBehind[]): string {
  return JSON.stringify(
    left.map(({ apiVersion, kind, namespace, name, uid, runId }) => ({
      apiVersion,
      kind,
      namespace,
      name,
      uid,
      runId,
    })),
  );
}

/** Anything that is not what `leftBehindToText` wrote is nothing: the post step must not delete by guesswork. */
export function leftBehindFromText(text: string | undefined): readonly LeftBehind[] {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) return [];
  const left: LeftBehind[] = [];
  for (const item of parsed) {
    const [apiVersion, kind, namespace, name, uid, runId] = [
      'apiVersion',
      'kind',
      'namespace',
      'name',
      'uid',
      'runId',
    ].map((key) => (isObject(item) ? stringAt(item, key) : undefined));
    if (apiVersion && kind && namespace && name && runId) left.push({ apiVersion, kind, namespace, name, uid, runId });
  }
  return left;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Deletes what is still there and is of that run. One line per object for the log. */
export async function sweep(
  left: readonly LeftBehind[],
  objects: Objects,
  runLabel: RunLabel,
): Promise<readonly string[]> {
  return Promise.all(left.map((entry) => sweepOne(entry, objects, runLabel)));
}

/**
 * The state came through a pipeline's log, so it is a hint, not an order: only what carries the run's label, and is the
 * recorded object where one was recorded, is deleted.
 */
async function sweepOne(entry: LeftBehind, objects: Objects, runLabel: RunLabel): Promise<string> {
  const { runId, uid: recorded, ...ref } = entry;
  const name = `${ref.kind} ${ref.name}`;
  const found = await objects.get(ref);
  if (!found.ok) {
    return found.error.kind === 'not-found' ? `${name} is gone` : `${name} may be left behind: ${found.error.message}`;
  }
  const uid = stringAt(found.value, 'metadata', 'uid');
  const isOurs = stringAt(found.value, 'metadata', 'labels', runLabel) === runId && (recorded ?? uid) === uid;
  if (!isOurs || uid === undefined) return `${name} is not the one of this run and was left alone`;
  const deleted = await objects.delete(ref, { uid, propagation: 'Background' });
  if (deleted.ok) return deleted.value === 'deleted' ? `${name} deleted` : `${name} is gone`;
  return `${name} could not be deleted: ${deleted.error.message}`;
}
