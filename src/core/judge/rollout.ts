import type { Deployment, Observation, Pod } from '../model/seen.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import { podInWords } from './explain.ts';
import { isReady } from './pod-facts.ts';
import { type FoundRevision, findRevision, isDeleting, toRevision } from './revision.ts';

export type RollOut =
  | { kind: 'complete'; revision: Revision; pods: readonly Pod[] }
  /** `pod` is the one that blocks, if it is a pod. */
  | { kind: 'under-way'; forWhat: string; pod?: Pod };

/**
 * Is the roll-out of the present template complete, by the Deployment's counts *and* by its pods? The controller's word
 * alone is history (NewReplicaSetAvailable stays after a crash), and its counts do not say what the pods run.
 */
export function rollOutOf(seen: Observation, plan: Plan): RollOut {
  const { deployment } = seen;
  if (deployment === undefined) return underWay(`Deployment ${plan.watchedDeployment} to appear`);
  const { name, generation } = deployment.meta;
  if (isDeleting(deployment)) return underWay(`Deployment ${name}, which is being deleted`);
  if (generation === undefined || generation !== deployment.observedGeneration) {
    return underWay(`the Deployment controller to see the newest Deployment ${name}`);
  }
  const found = findRevision(seen, plan);
  const counts = countsMissing(deployment, found);
  if (found === undefined || counts !== undefined) {
    return underWay(deployment.paused ? `Deployment ${name} is paused` : (counts ?? 'ReplicaSet'), blockingPod(found));
  }
  const revision = toRevision(deployment, found);
  if (revision === undefined) return underWay(`image IDs and running containers of the pods of ${name}`, found.pods[0]);
  return { kind: 'complete', revision, pods: found.pods };
}

function underWay(forWhat: string, pod?: Pod): RollOut {
  return pod === undefined ? { kind: 'under-way', forWhat } : { kind: 'under-way', forWhat, pod };
}

function blockingPod(found: FoundRevision | undefined): Pod | undefined {
  return found?.pods.find((pod) => !isReady(pod));
}

function countsMissing(deployment: Deployment, found: FoundRevision | undefined): string | undefined {
  const { specReplicas: wanted, updatedReplicas, replicas, availableReplicas } = deployment;
  const { name } = deployment.meta;
  if (found === undefined) return `the ReplicaSet of the newest Deployment ${name}`;
  const ready = found.pods.filter(isReady).length;
  if (ready !== wanted || found.pods.length !== wanted || updatedReplicas !== wanted) {
    return `${ready} of ${wanted} pods of ${name} ready${podDetail(found)}`;
  }
  if (replicas > updatedReplicas) return `old pods of ${name} to end: ${replicas - updatedReplicas} left`;
  if (replicas !== wanted || availableReplicas !== wanted) {
    const settle = deployment.minReadySeconds > 0 ? ` (minReadySeconds ${deployment.minReadySeconds})` : '';
    return `${availableReplicas} of ${wanted} pods of ${name} available${settle}`;
  }
  return undefined;
}

function podDetail(found: FoundRevision): string {
  const pod = blockingPod(found);
  if (pod !== undefined) return `; pod ${pod.meta.name}: ${podInWords(pod)}`;
  return found.pods.length === 0 ? '; no pod created yet' : '';
}
