import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec, RunFacts } from './cause.ts';
import { imageDiskFull } from './image-causes.ts';
import { CLUSTER_IMPACT, hasChangedLive } from './impact.ts';
import { injectedContainerFailed } from './injected-causes.ts';
import { SUT, TESTCAR, onCluster } from './party.ts';
import { disrupted, unschedulable } from './placement-causes.ts';
import { recovery } from './recovery.ts';
import { claimPending, sandboxFailed, volumeNotMounted } from './storage-causes.ts';
import { FACT, circumstances, factAfter, nodeOf, place, said } from './wording.ts';

const ERROR = { class: 'CLUSTER_ERROR', section: 'cluster' } as const;

/** The usual default of terminationGracePeriodSeconds and a little: the Job ends by itself, and is judged, before this. */
const TERMINATION_MS = 35_000;

/** Without the API server nothing can be put back either. */
function unreached(run: RunFacts): string {
  const own = hasChangedLive(run)
    ? 'The previous revision could perhaps not be put back, and the new one be live: see the end of the report.'
    : 'None from the gate.';
  return `${own} If the cluster is down, so is everything that runs on it.`;
}

/** The cluster under both parties failed. */
export const CLUSTER_CAUSES = {
  ApiUnreachable: {
    ...ERROR,
    title: 'Kubernetes API not reachable',
    graceMs: 30_000,
    graceSource:
      'A restart of an API server or of the load balancer before it takes seconds; watches reconnect by themselves.',
    headline: (e) =>
      `The Kubernetes API cannot be reached${circumstances(e)}${factAfter(' while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'api', 'api'),
      customerImpact: unreached,
      remediation: (e) => [
        e.reason === 'tls'
          ? "Check certificate-authority-data of the kubeconfig and the validity of the API server's certificate."
          : 'Decide first: is it the network (firewall, route, VPN, DNS, stopped cluster) or are the nodes offline?',
        'Network: restore the connection from the build agent to the API server; private clusters need an agent inside.',
        'Nodes offline without a sign of return: start the disaster recovery of the system (its own playbook).',
        'A Job of this run may still be there; its deadline and TTL remove it.',
      ],
    },
  },
  ApiNotKubernetes: {
    ...ERROR,
    title: 'Something else than Kubernetes answers',
    graceMs: 30_000,
    graceSource: 'Load balancers answer with their own error pages while the API server behind them restarts.',
    headline: (e) =>
      `The address of the API server is answered by something that is not Kubernetes${circumstances(e)}${factAfter(' while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'api', 'api'),
      customerImpact: unreached,
      remediation: () => [
        'Check the server address in the kubeconfig, and HTTPS_PROXY and NO_PROXY on the build agent: a proxy or login page answers.',
        'Behind a load balancer: check that the API servers are up.',
      ],
    },
  },
  ApiServerError: {
    ...ERROR,
    title: 'Kubernetes API answers with errors',
    graceMs: 30_000,
    graceSource: 'A change of the etcd leader or an overloaded API server recovers within seconds.',
    headline: (e) =>
      `The Kubernetes API answers with errors${circumstances(e)}${factAfter(' while ', e, FACT.doing)}${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'api', 'api'),
      customerImpact: unreached,
      remediation: () => [
        'Check the control plane: kubectl get --raw /readyz?verbose.',
        'With 429 (Too Many Requests) find the client that floods the API server; with 5xx look at etcd.',
        'Run again when it answers.',
      ],
    },
  },
  WebhookUnavailable: {
    ...ERROR,
    title: 'Admission webhook does not answer',
    graceMs: 30_000,
    graceSource: 'A webhook that is itself being rolled out is back within seconds; controllers retry.',
    headline: (e) =>
      `An admission webhook of the cluster does not answer${circumstances(e)}; seen at ${place(e)}${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'webhook', 'webhook'),
      customerImpact: () =>
        'None from the gate: running pods go on serving. A pod that is lost meanwhile cannot be replaced.',
      remediation: () => [
        'Bring the webhook named in the message back: look at its pods and at its Service.',
        'Hand over to the team that owns it; nothing is known against this revision.',
      ],
    },
  },
  SutUnschedulable: unschedulable(onCluster(SUT)),
  TestcarUnschedulable: unschedulable(onCluster(TESTCAR)),
  SutImageDiskFull: imageDiskFull(SUT),
  TestcarImageDiskFull: imageDiskFull(TESTCAR),
  SutDisrupted: disrupted(onCluster(SUT), 0),
  TestcarDisrupted: disrupted(
    onCluster(TESTCAR),
    TERMINATION_MS,
    'While the pod still terminates, its logs and results can be read; default terminationGracePeriodSeconds is 30 s.',
  ),
  SutInjectedContainerFailed: injectedContainerFailed(onCluster(SUT)),
  TestcarInjectedContainerFailed: injectedContainerFailed(onCluster(TESTCAR)),
  SutClaimPending: claimPending(onCluster(SUT)),
  TestcarClaimPending: claimPending(onCluster(TESTCAR)),
  SutVolumeNotMounted: volumeNotMounted(onCluster(SUT)),
  TestcarVolumeNotMounted: volumeNotMounted(onCluster(TESTCAR)),
  SutSandboxFailed: sandboxFailed(onCluster(SUT)),
  TestcarSandboxFailed: sandboxFailed(onCluster(TESTCAR)),
  NodeLost: {
    ...ERROR,
    title: 'Node lost',
    graceMs: 30_000,
    graceSource:
      'The node controller has waited 40 to 50 s for a heartbeat before it says so (node-monitor-grace-period); a restarted kubelet is back soon after.',
    headline: (e) => `Node ${nodeOf(e)} ${nodeTrouble(e)}${circumstances(e)}; ${place(e)} ran on it${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'nodes', 'node'),
      customerImpact: () =>
        'None from the gate. Services with a single replica on this node are down until it is replaced on another.',
      dataLoss:
        'The state of this test run is gone, which is harmless. What pods kept on the disk of that node (emptyDir, hostPath, local volumes) is lost or out of reach until it is back.',
      remediation: (e) => [
        e.reason === 'NodeDeleted'
          ? 'Find out who removed the node (autoscaler scale-down, spot capacity taken back, upgrade), and run the pipeline again.'
          : `Look at the node: kubectl describe node ${nodeOf(e)}.`,
        'One node: replace it and run the pipeline again; pods move by themselves after about 5 minutes.',
        'Many nodes: network or power; without a sign of return start the disaster recovery of the system (its own playbook).',
      ],
    },
  },
  NodesOffline: {
    ...ERROR,
    title: 'All nodes offline',
    graceMs: 30_000,
    graceSource:
      'As for one node: the node controller has waited 40 to 50 s for a heartbeat before (node-monitor-grace-period); a switch or an upgrade of the control plane that is over soon does not close the gate.',
    headline: (e) =>
      `The API server answers, but no node does${circumstances(e)}${factAfter(': ', e, FACT.nodes)}; ${place(e)} ran on node ${nodeOf(e)}${said(e)}`,
    entry: {
      ...CLUSTER_IMPACT,
      ...recovery('cluster', 'nodes', 'api'),
      customerImpact: () =>
        'None from the gate. But nothing that runs on this cluster can be counted on any more: assume that customers are affected.',
      dataLoss:
        'The state of this test run is gone, which is harmless. What pods kept on the disks of the nodes is out of reach until they are back.',
      remediation: () => [
        'Decide first: is it the network between nodes and API server (firewall, route, VPN), or are the machines down?',
        'Network: restore the connection from the nodes to the API server; nodes come back by themselves.',
        'Machines: restart the node pool; without a sign of return start the disaster recovery of the system (its own playbook).',
        'Run the pipeline again when kubectl get nodes shows every node Ready.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

/** `Ready False` is the kubelet's own word; in all other cases nobody hears of it any more. */
function nodeTrouble({ reason }: Evidence): string {
  if (reason === 'NodeDeleted') return 'was removed from the cluster';
  return reason === 'KubeletNotReady' ? 'says of itself that it is not ready' : 'stopped answering';
}
