import type { CauseSpec } from './cause.ts';
import type { PartyWords } from './party.ts';
import { recovery } from './recovery.ts';
import { FACT, circumstances, describeCommand, factAfter, nodeOf, place, said, sentence } from './wording.ts';

const NO_CUSTOMER =
  'None from the gate: running pods go on serving. Other pods that need the same storage or node may have to wait too.';

/** A dangling reference in the manifests, as a missing ConfigMap is: the party's own. */
export function claimMissing(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `PersistentVolumeClaim of ${party.name} missing`,
    graceMs: 15_000,
    graceSource: 'Objects of one deployment arrive within seconds of each other; the scheduler tries again at once.',
    headline: (e) =>
      `${sentence(place(e))} does not exist${factAfter(', which ', e, FACT.askedBy)} asks for${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'claim', 'config'),
      remediation: () => [
        `Create the claim in the namespace of the pod, or correct claimName in ${party.podSource}.`,
        'In mode preview a claim of the manifests is not created: it has to be there before the run.',
      ],
    },
  };
}

/**
 * The claim is there, and the cluster gives no volume for it. Claims outlive revisions and volumes are given by the
 * cluster, so this is no evidence against the revision: the cluster's, like a pod that no node can take (design §3).
 */
export function claimPending(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `No volume for the PersistentVolumeClaim of ${party.name}`,
    graceMs: 60_000,
    graceSource:
      'A provisioner repeats a failed call after 1 s, 2 s, 4 s … (--retry-interval-start of external-provisioner): after a minute six tries have failed. Without a class, or with one that does not exist, nobody tries: 15 s.',
    headline: (e) =>
      `${sentence(place(e))} gets no volume${circumstances(e)}${factAfter('; waited for by ', e, FACT.askedBy)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'claim', 'storage'),
      customerImpact: () => NO_CUSTOMER,
      remediation: (e) => [
        pendingAdvice(
          e.reason ?? '',
          e.message ?? '',
          (e.details ?? []).find(({ label }) => label === FACT.storageClass)?.value,
        ),
        'Compare the claim with what the cluster offers: kubectl get storageclass,pv.',
        'Nothing is known against this revision: run the pipeline again when the claim is Bound.',
      ],
    },
  };
}

function pendingAdvice(reason: string, message: string, storageClass: string | undefined): string {
  if (reason === 'Lost')
    return 'Its volume is gone with what was on it: restore it from a backup, or delete the claim and make a new one.';
  if (/storageclass\S* "[^"]*" not found/.test(message))
    return 'The storage class that the claim names does not exist: correct storageClassName, which takes a new claim, or create the class.';
  if (storageClass === 'none')
    return 'The claim names no storage class and the cluster has no default one: name a class, or create a PersistentVolume that fits.';
  return 'Look at the provisioner of the storage class: its pods, quota of the cloud account, zone and size that were asked for.';
}

/** The volume is there, and the node cannot mount it: storage and node are the cluster's. */
export function volumeNotMounted(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Volume of ${party.name} not mounted`,
    graceMs: 123_000,
    graceSource:
      'The kubelet itself waits 2 min 3 s for attach and mount before it calls them failed (podAttachAndMountTimeout). A host path of the wrong type never changes: 15 s. A volume that another node still holds only explains.',
    headline: (e) => `A volume of ${place(e)} cannot be mounted on node ${nodeOf(e)}${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'node', 'storage'),
      customerImpact: () => NO_CUSTOMER,
      remediation: (e) => [
        mountAdvice(e.message ?? '', party),
        `See which volume and why: ${describeCommand(e)}.`,
        'If the storage itself is down, hand over to the team that runs it, and run the pipeline again after it.',
      ],
    },
  };
}

function mountAdvice(message: string, party: PartyWords): string {
  if (/Multi-Attach/.test(message))
    return 'Another pod on another node still holds the volume (ReadWriteOnce): use strategy Recreate, another access mode, or a claim of its own for the copy that is tested.';
  if (/hostPath type check failed/.test(message))
    return `The path is not on the node, or is of another type: correct hostPath in ${party.podSource}, or prepare the nodes.`;
  if (/timed out|connection refused|no route to host/i.test(message))
    return 'Look at the storage server or CSI driver: kubectl get csinodes, and the pods of the driver on that node.';
  return 'Read the message in the headline: it is what mount or the CSI driver said.';
}

/** RuntimeClasses and CNI belong to the cluster. */
export function sandboxFailed(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Sandbox for the pod of ${party.name} not created`,
    graceMs: 60_000,
    graceSource:
      'The kubelet tries again every few seconds, and the network daemon of a node that is just updated is back within a minute. A runtime that the node does not have never comes: 15 s.',
    headline: (e) => `Node ${nodeOf(e)} cannot create the sandbox of ${place(e)}${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'node', 'sandbox'),
      customerImpact: () =>
        'None from the gate: running pods go on serving. No new pod starts on that node until it is repaired.',
      remediation: (e) => [
        /no runtime for|runtime handler/.test(e.message ?? '')
          ? `The node has no runtime for the RuntimeClass of the pod: correct runtimeClassName in ${party.podSource}, or install the runtime (kubectl get runtimeclass).`
          : 'Look at the network of the node: the pods of the CNI plugin in kube-system, and free addresses of its range.',
        'If only this node is concerned, cordon it and run the pipeline again: kubectl cordon NODE.',
      ],
    },
  };
}
