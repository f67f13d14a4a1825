import type { Container, Deployment, Observation, Pod, ReplicaSet } from '../model/seen.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import { digestsIn, isProvablyUp, isTerminating, podsOf } from './pod-facts.ts';

export type FoundRevision = { replicaSet: ReplicaSet; pods: readonly Pod[] };

/**
 * The ReplicaSet of the Deployment's present template, or undefined while the controller has not caught up. Found by the
 * revision annotation that both carry; the hash cannot be recomputed (it changes with API fields and collisionCount).
 */
export function newReplicaSet(seen: Observation, plan: Pick<Plan, 'watchedDeployment'>): ReplicaSet | undefined {
  const { deployment } = seen;
  if (deployment === undefined || deployment.meta.name !== plan.watchedDeployment) return undefined;
  // Its pods are served on until the garbage collector comes to them; a finalizer can make that take for ever.
  if (isDeleting(deployment)) return undefined;
  const { generation, uid } = deployment.meta;
  if (generation === undefined || generation !== deployment.observedGeneration) return undefined;
  if (deployment.revision === undefined) return undefined;
  return seen.replicaSets.find(
    (one) => one.meta.controllerUid === uid && one.revision === deployment.revision && !isDeleting(one),
  );
}

export function isDeleting({ meta }: Deployment | ReplicaSet): boolean {
  return meta.deletionTimestampMs !== undefined;
}

/** The new revision and its live pods: owned by its ReplicaSet, not terminating, not ended. */
export function findRevision(seen: Observation, plan: Pick<Plan, 'watchedDeployment'>): FoundRevision | undefined {
  const replicaSet = newReplicaSet(seen, plan);
  return replicaSet && { replicaSet, pods: livePods(seen.sutPods, replicaSet.meta.uid) };
}

/** What a ReplicaSet counts: an evicted pod stays as Failed beside its replacement. */
export function livePods(pods: readonly Pod[], controllerUid: string): readonly Pod[] {
  return podsOf(pods, controllerUid).filter(
    (pod) => !isTerminating(pod) && pod.phase !== 'Failed' && pod.phase !== 'Succeeded',
  );
}

/**
 * The identity of the revision and its ready pods, or undefined while it is not provable: a pod without image ID has not
 * run, and one whose containers do not all run is not ready, whatever its condition says. Containers are those of the Deployment's template; what webhooks inject is nobody's revision.
 */
export function toRevision(deployment: Deployment, found: FoundRevision): Revision | undefined {
  const { replicaSet } = found;
  const pods = found.pods.filter(isProvablyUp);
  const names = Object.keys(deployment.images);
  // A paused Deployment keeps the annotation of its old ReplicaSet after its template has changed; nothing is updated then.
  if (deployment.updatedReplicas === 0 || names.length === 0 || pods.length === 0) return undefined;
  if (replicaSet.podTemplateHash === undefined || deployment.meta.generation === undefined) return undefined;
  const imageIDs: [string, string][] = [];
  for (const name of names) {
    const imageID = imageIDOf(pods, name);
    if (imageID === undefined) return undefined;
    imageIDs.push([name, imageID]);
  }
  return {
    deploymentName: deployment.meta.name,
    deploymentUid: deployment.meta.uid,
    generation: deployment.meta.generation,
    replicaSetName: replicaSet.meta.name,
    replicaSetUid: replicaSet.meta.uid,
    podTemplateHash: replicaSet.podTemplateHash,
    podUids: pods.map(({ meta }) => meta.uid).sort(),
    imageIDs: Object.fromEntries(imageIDs),
    restarts: pods.reduce((sum, pod) => sum + sumRestarts(pod.containers), 0),
    ephemeralContainers: pods
      .flatMap(({ meta, ephemeralContainers }) => ephemeralContainers.map((name) => `${meta.name}/${name}`))
      .sort(),
  };
}

/**
 * One imageID for all pods. Nodes of other architectures, or a tag that moved between two pulls, give several; then all
 * are named, because all of them were tested.
 */
function imageIDOf(pods: readonly Pod[], name: string): string | undefined {
  const found = new Set<string>();
  for (const pod of pods) {
    const container = pod.containers.find((candidate) => candidate.kind === 'main' && candidate.name === name);
    if (container === undefined || container.imageID === '') return undefined;
    found.add(container.imageID);
  }
  return [...found].sort().join(', ');
}

function sumRestarts(containers: readonly Container[]): number {
  return containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Every container runs a digest that `tested` knows; a container without a digest on either side is not proven. */
export function sameImages(tested: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(now);
  if (names.length === 0 || names.length !== Object.keys(tested).length) return false;
  return names.every((name) => {
    const before = tested[name];
    const after = now[name];
    if (before === undefined || after === undefined) return false;
    const known = digestsIn(before);
    const found = digestsIn(after);
    return found.length > 0 && found.every((digest) => known.includes(digest));
  });
}
