import { at } from '../model/json.ts';
import type { ReplicaSet } from '../model/seen.ts';
import { REVISION_ANNOTATION, replicasOf } from './deployment.ts';
import { countAt, parseConditions, parseMeta } from './fields.ts';

/** An apps/v1 ReplicaSet; undefined without name or UID. */
export function parseReplicaSet(json: unknown): ReplicaSet | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    specReplicas: replicasOf(at(json, 'spec', 'replicas')),
    replicas: countAt(json, 'status', 'replicas'),
    readyReplicas: countAt(json, 'status', 'readyReplicas'),
    revision: meta.annotations[REVISION_ANNOTATION],
    podTemplateHash: meta.labels['pod-template-hash'],
    conditions: parseConditions(json),
  };
}
