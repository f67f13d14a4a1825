import type { Pod } from '../model/seen.ts';
import { condition, terminated } from './pod-facts.ts';

/** `own`: the pod broke a limit of its own; `node`: its node went away; `cluster`: taken away for the cluster's sake. */
export type Disruption = { by: 'own' | 'node' | 'cluster'; reason: string; message: string; container?: string };

/** `status.reason` of pods that the kubelet or a controller refused or ended; `OutOf…` comes with a resource name. */
const DISRUPTED_REASONS = new Set([
  'Evicted',
  'Preempting',
  'Shutdown',
  'NodeShutdown',
  'Terminated',
  'NodeAffinity',
  'UnexpectedAdmissionError',
]);

/** The kubelet's own limits (eviction manager, localStorageEviction); node pressure reads "The node was low on …". */
const OWN_LIMIT =
  /Usage of EmptyDir volume|exceeded its local ephemeral storage limit|ephemeral local storage usage exceeds the total limit/i;

/**
 * Was the pod taken away, by the cluster or for breaking its own limits? The condition DisruptionTarget counts first,
 * because `status.reason` may be overwritten (kubernetes#105467). https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
 */
export function disruptionOf(pod: Pod): Disruption | undefined {
  if (pod.reason === 'Evicted' && OWN_LIMIT.test(pod.message)) {
    return { by: 'own', reason: pod.reason, message: pod.message };
  }
  const target = condition(pod.conditions, 'DisruptionTarget');
  if (target?.status === 'True') {
    const by = target.reason === 'DeletionByPodGC' ? 'node' : 'cluster';
    return { by, reason: target.reason || 'DisruptionTarget', message: target.message };
  }
  if (pod.reason === 'NodeLost') return { by: 'node', reason: pod.reason, message: pod.message };
  if (DISRUPTED_REASONS.has(pod.reason) || pod.reason.startsWith('OutOf')) {
    return { by: 'cluster', reason: pod.reason, message: pod.message };
  }
  return lostContainer(pod);
}

/**
 * The kubelet lost the container or was itself restarted with its node; exit codes 137 and 255 are then made up
 * (kubernetes#122160, #104107).
 */
function lostContainer(pod: Pod): Disruption | undefined {
  for (const { name, state } of pod.containers) {
    const end = terminated(state);
    if (end?.reason === 'ContainerStatusUnknown' || (end?.reason === 'Unknown' && end.exitCode === 255)) {
      return { by: 'cluster', reason: end.reason, message: end.message, container: name };
    }
  }
  return undefined;
}
