import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import type { PartyWords } from './party.ts';
import { recovery } from './recovery.ts';
import { shorten } from './quote.ts';
import {
  FACT,
  because,
  circumstances,
  describeCommand,
  factAfter,
  inItsNamespace,
  nodeOf,
  place,
  said,
  sentence,
} from './wording.ts';

export function unschedulable(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `No node for the pod of ${party.name}`,
    graceMs: 15_000,
    graceSource:
      'Scheduling takes milliseconds when there is room; kstatus (cli-utils) gives 15 s too. While an autoscaler brings a node, 15 minutes (its --max-node-provision-time); when it says that it cannot help, none.',
    headline: (e) =>
      e.reason === 'SchedulingGated'
        ? `${sentence(place(e))} is held back by a scheduling gate${circumstances(e)}${said(e)}`
        : `No node can take ${place(e)}${circumstances(e)}${said(e)}${factAfter('; autoscaler: ', e, FACT.autoscaler)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'scheduling', 'capacity'),
      customerImpact: () =>
        'None from the gate: running pods go on serving. Every other pod that needs a place now may have to wait too.',
      remediation: (e) => [
        schedulingAdvice(e, party),
        'See what the nodes have left: kubectl describe nodes, section "Allocated resources".',
        'If nodes are NotReady or cordoned, hand over to the team that runs the cluster.',
      ],
    },
  };
}

function schedulingAdvice(e: Evidence, party: PartyWords): string {
  const { reason, message = '' } = e;
  if (reason === 'SchedulingGated')
    return `Find out who has to lift the gate (a queue such as Kueue, or a controller of your own): kubectl get ${shorten(e.object, 260)}${inItsNamespace(e)} -o yaml, spec.schedulingGates.`;
  if (reason === 'SchedulerError')
    return 'Look at kube-scheduler: the error in the headline is its own; it tries again by itself.';
  if (/free ports/.test(message))
    return `Another pod holds the hostPort that ${party.podSource} asks for, mostly the live one: take the hostPort away, or use mode in-place.`;
  if (/Insufficient (?:cpu|memory|ephemeral-storage|pods)|Too many pods/.test(message)) {
    return `Free capacity or add nodes; or lower the requests in ${party.podSource}.`;
  }
  if (/persistentvolumeclaim|PersistentVolumeClaims|volume node affinity/.test(message)) {
    return `Look at the PersistentVolumeClaim of the pod: kubectl get pvc${inItsNamespace(e)}; it is missing, unbound or bound in another zone.`;
  }
  if (/unreachable|not-ready|unschedulable/.test(message))
    return 'Look at the nodes first: kubectl get nodes; some are not ready or cordoned.';
  if (/topology spread|anti-affinity|pod affinity rules/.test(message))
    return `Compare topologySpreadConstraints and podAffinity in ${party.podSource} with the nodes there are: each copy may need a node of its own, also beside the live pods.`;
  if (/untolerated taint|node affinity|selector/.test(message))
    return `Compare nodeSelector, affinity and tolerations in ${party.podSource} with the labels and taints of the nodes.`;
  return 'Read the message in the headline: it is what the scheduler said about each node.';
}

export function disrupted(party: PartyWords, graceMs: number, graceSource?: string): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Pod of ${party.name} taken away by the cluster`,
    graceMs,
    ...(graceSource === undefined ? {} : { graceSource }),
    headline: (e) =>
      `The cluster took ${place(e)}${e.node === undefined ? '' : ` on node ${nodeOf(e)}`} away${because(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'node', 'eviction'),
      customerImpact: () =>
        'None from the gate. Pods of customers may be moved by the same cause; with enough replicas and a PodDisruptionBudget nobody notices.',
      remediation: (e) => [
        disruptionAdvice(e.reason ?? ''),
        `See when and by whom: ${describeCommand(e)}, and kubectl get events.`,
        'Nothing is known against this revision: run the pipeline again when the cluster is calm.',
      ],
    },
  };
}

function disruptionAdvice(reason: string): string {
  if (/Preempt/.test(reason))
    return 'Give the pod a priorityClassName that survives, or add capacity: a pod with higher priority took its place.';
  if (/EvictionByEvictionAPI/.test(reason))
    return 'Find out who drains nodes now (upgrade, autoscaler scale-down), and run the pipeline again after it.';
  if (/DeletionByTaintManager/.test(reason))
    return 'Look at the node: kubectl get nodes; it got a NoExecute taint (not ready, unreachable, or by hand).';
  if (/Evicted|TerminationByKubelet/.test(reason))
    return 'Look at the node: kubectl describe node; it ran short of memory, disk or process IDs, or was shut down.';
  if (/PodDeleted/.test(reason))
    return "Find out who deleted the pod: the audit log of the API server names the user; nothing of the cluster's own gave a reason.";
  return 'Look at the node and run the pipeline again: kubectl get nodes.';
}
