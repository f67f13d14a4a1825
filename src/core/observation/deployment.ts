import { at, booleanAt, listAt, numberAt, stringMapAt } from '../model/json.ts';
import type { Deployment } from '../model/seen.ts';
import { countAt, parseConditions, parseMeta, textAt } from './fields.ts';

export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';

/** An apps/v1 Deployment; undefined without name or UID. */
export function parseDeployment(json: unknown): Deployment | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    specReplicas: replicasOf(at(json, 'spec', 'replicas')),
    paused: booleanAt(json, 'spec', 'paused') === true,
    matchLabels: stringMapAt(json, 'spec', 'selector', 'matchLabels'),
    revision: meta.annotations[REVISION_ANNOTATION],
    observedGeneration: numberAt(json, 'status', 'observedGeneration'),
    replicas: countAt(json, 'status', 'replicas'),
    updatedReplicas: countAt(json, 'status', 'updatedReplicas'),
    readyReplicas: countAt(json, 'status', 'readyReplicas'),
    availableReplicas: countAt(json, 'status', 'availableReplicas'),
    minReadySeconds: countAt(json, 'spec', 'minReadySeconds'),
    conditions: parseConditions(json),
    images: imagesOf(json),
  };
}

/** 1 when absent (API default). An unreadable number becomes -1, which no count of pods can ever equal. */
export function replicasOf(found: unknown): number {
  if (found === undefined || found === null) return 1;
  return typeof found === 'number' && Number.isInteger(found) && found >= 0 ? found : -1;
}

function imagesOf(json: unknown): Readonly<Record<string, string>> {
  const containers = listAt(json, 'spec', 'template', 'spec', 'containers');
  const named = containers.map((container) => [textAt(container, 'name'), textAt(container, 'image')] as const);
  return Object.fromEntries(named.filter(([name]) => name !== ''));
}
