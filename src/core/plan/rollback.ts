import { type Json, type JsonObject, isObject, objectAt, stringAt } from '../model/json.ts';
import { canonicalJson } from './canonical.ts';

/** Kept by controllers, not by whoever applied the manifest. */
const VOLATILE_ANNOTATIONS = ['deployment.kubernetes.io/revision'];
const NOT_RESTORED = ['apiVersion', 'kind', 'metadata', 'status'];

/**
 * JSON patch (RFC 6902) that turns the object as it is now back into what it was: every field of `spec`, or of `data`
 * and the like, and labels and annotations. Empty when nothing differs. Begins with a test of the UID, so that an object
 * that was deleted and made anew in the meantime is left alone.
 *
 * `applied` is the manifest that changed it: replicas that the manifest does not name were changed by somebody else,
 * most likely by an autoscaler, and stay.
 */
export function restorePatch(before: JsonObject, now: JsonObject, applied?: JsonObject): readonly JsonObject[] {
  const operations: JsonObject[] = [];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => !NOT_RESTORED.includes(key),
  );
  for (const field of fields) {
    const keepReplicas =
      field === 'spec' && applied !== undefined && objectAt(applied, 'spec')['replicas'] === undefined;
    operations.push(...restoreField([field], before[field], now[field], keepReplicas ? ['replicas'] : []));
  }
  for (const map of ['labels', 'annotations']) {
    const skip = map === 'annotations' ? VOLATILE_ANNOTATIONS : [];
    operations.push(
      ...restoreField(['metadata', map], objectAt(before, 'metadata')[map], objectAt(now, 'metadata')[map], skip),
    );
  }
  const uid = stringAt(before, 'metadata', 'uid');
  if (operations.length === 0 || uid === undefined) return operations;
  return [{ op: 'test', path: '/metadata/uid', value: uid }, ...operations];
}

/** One operation per key that differs, or one for the whole where the two are not both objects. */
function restoreField(
  path: readonly string[],
  before: Json | undefined,
  now: Json | undefined,
  skip: readonly string[],
): readonly JsonObject[] {
  if (canonicalJson(before) === canonicalJson(now)) return [];
  if (!isObject(before) || !isObject(now)) return [operation(path, before, now)];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys
    .filter((key) => !skip.includes(key) && canonicalJson(before[key]) !== canonicalJson(now[key]))
    .map((key) => operation([...path, key], before[key], now[key]));
}

function operation(path: readonly string[], before: Json | undefined, now: Json | undefined): JsonObject {
  const pointer = path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (before === undefined) return { op: 'remove', path: pointer };
  return { op: now === undefined ? 'add' : 'replace', path: pointer, value: before };
}
