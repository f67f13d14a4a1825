import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { type PartyWords, onCluster } from './party.ts';
import { pullTrouble } from './pull-trouble.ts';
import { recovery } from './recovery.ts';
import { pullCause } from './registry-causes.ts';
import { circumstances, imageArgument, imageName, nodeOf, place, said, sentence } from './wording.ts';

export function imageNotFound(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image of ${party.name} not found`,
    graceMs: 10_000,
    graceSource:
      'The kubelet tries again after 10 s (first image back-off): a push that was a moment late gets that one chance.',
    headline: (e) => `The registry does not have ${imageName(e)}, which ${place(e)} needs${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', 'image'),
      remediation: (e) => [
        `Check that ${imageName(e)} was built and pushed: docker manifest inspect ${imageArgument(e)}.`,
        `If the name or tag is wrong, correct it in ${party.imageSource} and run the pipeline again.`,
        'If the push runs in another job of the pipeline, let the gate depend on that job.',
        'Some private registries answer "not found" where the pull secret has no access: check imagePullSecrets too.',
      ],
    },
  };
}

export function imageNameInvalid(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image name of ${party.name} invalid`,
    graceMs: 0,
    headline: (e) => `${sentence(imageName(e))} of ${place(e)} is not a valid image name${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', party.repaired),
      remediation: () => [
        `Correct the image name in ${party.imageSource}: lower case, no spaces, no unreplaced variable such as $(tag) or {{ }}.`,
        'Look at the pipeline step that fills in the tag: an empty variable leaves a name that ends with ":".',
      ],
    },
  };
}

export function imageNeverPull(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image of ${party.name} not on the node, and pulling is forbidden`,
    graceMs: 0,
    headline: (e) =>
      `${sentence(imageName(e))} of ${place(e)} is not on the node, and imagePullPolicy is Never${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', 'image'),
      remediation: () => [
        `Set imagePullPolicy to IfNotPresent in ${party.podSource}, or load the image on every node before the run.`,
      ],
    },
  };
}

/** What no other cause names. */
export function imagePullFailed(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image of ${party.name} could not be pulled`,
    graceMs: 60_000,
    graceSource:
      'It is not known whether it passes; the kubelet tries again after 10, 20 and 40 s, and most passing trouble of a registry is over by then.',
    headline: (e) =>
      `${sentence(place(e))} could not pull ${imageName(e)}${circumstances(e)}: ${hasSignatureTrouble(e) ? 'the policy of the node refuses its signature' : 'the text below is all that the kubelet says'}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', 'registry'),
      remediation: (e) => [
        hasSignatureTrouble(e)
          ? 'Sign the image with the key that the policy of the nodes trusts (/etc/containers/policy.json), or correct that policy.'
          : 'Read the message in the headline; it is what the container runtime reported.',
        `Pull ${imageName(e)} by hand with the same credentials from a machine in the cluster's network.`,
        `If it works again by now, run the pipeline again; ${party.timeout} does not extend this limit.`,
      ],
    },
  };
}

function hasSignatureTrouble(evidence: Evidence): boolean {
  return pullTrouble(evidence) === 'signature';
}

export function imageWrongPlatform(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ' has no variant for the node',
    graceMs: 10_000,
    graceSource:
      'The kubelet tries again after 10 s; a build that pushes one architecture after the other gets that one chance.',
    why: (e) => `it has no variant for the operating system and architecture of node ${nodeOf(e)}`,
    remediation: (e) => [
      `Build the image for the architecture of the nodes: docker buildx build --platform linux/amd64,linux/arm64; see what it has: docker manifest inspect ${imageArgument(e)}.`,
      `Or steer the pod with nodeSelector kubernetes.io/arch in ${party.podSource}; kubectl get nodes -L kubernetes.io/arch shows the nodes.`,
    ],
    expected: 'image',
  });
}

export function imageUnpackFailed(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ' cannot be unpacked',
    graceMs: 60_000,
    graceSource:
      'A download that was cut and a busy snapshotter pass; the kubelet tries again after 10, 20 and 40 s, and a broken layer stays broken.',
    why: () => 'it was downloaded, but the node cannot unpack a layer of it',
    remediation: (e) => [
      `Push the image again: a layer of ${imageName(e)} is broken, or of a kind that the container runtime of node ${nodeOf(e)} does not know.`,
      'If other images fail on the same node too, its disk or snapshotter is damaged: drain the node and look at the log of its container runtime.',
    ],
    expected: 'image',
  });
}

/** Whoever's image it is, the disk is the node's. */
export function imageDiskFull(party: PartyWords): CauseSpec {
  return pullCause(onCluster(party), {
    title: ' has no room on the node',
    graceMs: 60_000,
    graceSource:
      'The kubelet deletes unused images and evicts pods when the disk is full, and then tries again after 10, 20 and 40 s.',
    why: (e) => `the disk of node ${nodeOf(e)} is full`,
    remediation: (e) => [
      `Free the image disk of node ${nodeOf(e)}, or replace the node: crictl rmi --prune, old logs, leftover volumes.`,
      'The kubelet cleans up from 85 % on (imageGCHighThresholdPercent): lower it, or give the nodes bigger disks.',
      `A smaller image helps too: look at the size of ${imageName(e)}.`,
    ],
    expected: 'node',
  });
}
