import { type JsonObject, at, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Revision } from '../model/revision.ts';
import { canonicalJson } from './canonical.ts';
import { MANAGED_BY, MANAGED_BY_LABEL, REVISION_ANNOTATION, RUN_LABEL, SPEC_HASH_ANNOTATION } from './naming.ts';
import type { Plan } from './plan.ts';

export type Adoption = { kind: 'adopt' } | { kind: 'replace'; why: string } | { kind: 'refuse'; why: string };

/**
 * What to do about an object that has the name of one that this run wants to make. Only what the same attempt of the
 * same pipeline run made from the same input is ours; a Job also has to have tested this very revision, else its results
 * say nothing, whatever its state is.
 */
export function judgeAdoption(
  existing: JsonObject,
  plan: Plan,
  wanted: { object?: JsonObject; revision?: Revision | undefined },
): Adoption {
  const kind = stringAt(existing, 'kind') ?? stringAt(wanted.object, 'kind') ?? 'object';
  const label = (key: string): string | undefined => stringAt(existing, 'metadata', 'labels', key);
  const annotation = (key: string): string | undefined => stringAt(existing, 'metadata', 'annotations', key);
  if (label(MANAGED_BY_LABEL) !== MANAGED_BY) return { kind: 'refuse', why: `the ${kind} was not made by the gate` };
  if (label(RUN_LABEL) !== plan.runId) return { kind: 'refuse', why: `the ${kind} belongs to another run of the gate` };
  if (annotation(SPEC_HASH_ANNOTATION) !== plan.specHash) {
    return { kind: 'refuse', why: `the ${kind} was made from other manifests or options` };
  }
  if (at(existing, 'metadata', 'deletionTimestamp') !== undefined) {
    return { kind: 'replace', why: `the ${kind} is being deleted` };
  }
  const isOfRevision =
    wanted.revision !== undefined && annotation(REVISION_ANNOTATION) === wanted.revision.replicaSetUid;
  if (kind === 'Job' && !isOfRevision) {
    return { kind: 'replace', why: 'the Job tested an earlier deployment' };
  }
  if (kind === 'Service' && wanted.object !== undefined && !isSameService(existing, wanted.object)) {
    return { kind: 'replace', why: 'the Service leads to an earlier deployment' };
  }
  return { kind: 'adopt' };
}

function isSameService(existing: JsonObject, wanted: JsonObject): boolean {
  const selector = (service: JsonObject): string => canonicalJson(objectAt(service, 'spec', 'selector'));
  const ports = (service: JsonObject): string =>
    JSON.stringify(listAt(service, 'spec', 'ports').map((port) => [at(port, 'port'), at(port, 'targetPort')]));
  const owner = (service: JsonObject): string | undefined =>
    stringAt(listAt(service, 'metadata', 'ownerReferences')[0], 'uid');
  return (
    selector(existing) === selector(wanted) && ports(existing) === ports(wanted) && owner(existing) === owner(wanted)
  );
}
