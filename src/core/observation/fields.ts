import { type Json, at, isObject, listAt, numberAt, stringAt, stringMapAt } from '../model/json.ts';
import type { Condition, Meta } from '../model/seen.ts';

/** The form in which Kubernetes writes times: RFC 3339, with or without fractions. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since the epoch; undefined for anything that is not a time. Kubelet and runtime write 0001-01-01 and
 * 1970-01-01 where they mean "never" (a container that could not start, ContainerStatusUnknown).
 */
export function instantAt(json: unknown, ...path: readonly string[]): number | undefined {
  const text = stringAt(json, ...path);
  if (text === undefined || !RFC3339.test(text)) return undefined;
  const ms = Date.parse(text);
  return ms > 0 ? ms : undefined;
}

/** A count in a status; absent means 0, as the API omits zeros. What is no count becomes -1, which equals none. */
export function countAt(json: unknown, ...path: readonly string[]): number {
  const found = at(json, ...path);
  if (found === undefined || found === null) return 0;
  return typeof found === 'number' && Number.isInteger(found) && found >= 0 ? found : -1;
}

export function textAt(json: unknown, ...path: readonly string[]): string {
  return stringAt(json, ...path) ?? '';
}

export function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** undefined where name or UID is missing: such an object cannot be told from another, so it is no evidence. */
export function parseMeta(json: unknown): Meta | undefined {
  const name = textAt(json, 'metadata', 'name');
  const uid = textAt(json, 'metadata', 'uid');
  if (name === '' || uid === '') return undefined;
  return {
    name,
    namespace: textAt(json, 'metadata', 'namespace'),
    uid,
    generation: numberAt(json, 'metadata', 'generation'),
    resourceVersion: textAt(json, 'metadata', 'resourceVersion'),
    labels: stringMapAt(json, 'metadata', 'labels'),
    annotations: stringMapAt(json, 'metadata', 'annotations'),
    controllerUid: controllerUid(json),
    creationTimestampMs: instantAt(json, 'metadata', 'creationTimestamp'),
    deletionTimestampMs: deletedAt(json),
  };
}

/** That it is there tells of the delete; a time that cannot be read takes nothing of that back. */
function deletedAt(json: unknown): number | undefined {
  const found = at(json, 'metadata', 'deletionTimestamp');
  if (found === undefined || found === null) return undefined;
  return instantAt(json, 'metadata', 'deletionTimestamp') ?? 0;
}

function controllerUid(json: unknown): string | undefined {
  const owner = listAt(json, 'metadata', 'ownerReferences').find(
    (item) => isObject(item) && item['controller'] === true,
  );
  return stringAt(owner, 'uid');
}

export function parseConditions(json: unknown): readonly Condition[] {
  return listAt(json, 'status', 'conditions').flatMap((item: Json) => {
    const type = textAt(item, 'type');
    return type === '' ? [] : [{ type, ...conditionFields(item) }];
  });
}

function conditionFields(item: Json): Omit<Condition, 'type'> {
  const status = stringAt(item, 'status');
  return {
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textAt(item, 'reason'),
    message: textAt(item, 'message'),
    lastTransitionTimeMs: instantAt(item, 'lastTransitionTime'),
  };
}
