import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import type { PartyWords } from './party.ts';
import { recovery } from './recovery.ts';
import { circumstances, imageArgument, imageName, place, said, sentence } from './wording.ts';

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

export function imagePullFailed(party: PartyWords): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image of ${party.name} could not be pulled`,
    graceMs: 60_000,
    graceSource:
      'Registries recover and throttle for seconds to a minute; the kubelet tries again after 10, 20 and 40 s. Refused credentials (401, 403) do not get better and get 30 s.',
    headline: (e) =>
      `${sentence(place(e))} could not pull ${imageName(e)}${circumstances(e)}: ${pullTrouble(e).what}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', 'registry'),
      remediation: (e) => [
        pullTrouble(e).first,
        `Pull ${imageName(e)} by hand with the same credentials from a machine in the cluster's network.`,
        `If it works again by now, run the pipeline again; ${party.timeout} does not extend this limit.`,
      ],
    },
  };
}

type PullTrouble = { kind: PullTroubleKind; what: string; first: string };
export type PullTroubleKind =
  | 'not-found'
  | 'unauthorized'
  | 'forbidden'
  | 'throttled'
  | 'server-error'
  | 'dns'
  | 'tls'
  | 'refused'
  | 'timeout'
  | 'platform'
  | 'unknown';

/**
 * First match wins. Texts are those of containerd 1.6 to 2.x, CRI-O and the registries behind them; the HTTP status is
 * looked for with its name, because a bare number may be part of a tag or digest.
 */
const PULL_TROUBLES: readonly { kind: PullTroubleKind; pattern: RegExp; what: string; first: string }[] = [
  {
    kind: 'throttled',
    pattern: /429 Too Many Requests|toomanyrequests|rate limit/i,
    what: 'the registry throttles (429 Too Many Requests)',
    first: 'Wait and run again, or pull through a mirror or with an account that has a higher rate limit.',
  },
  {
    kind: 'unauthorized',
    pattern: /401 Unauthorized|unauthorized|no basic auth credentials|authentication required/i,
    what: 'the registry wants credentials (401 Unauthorized)',
    first: "Check imagePullSecrets of the pod: the secret must exist in this namespace and name this registry's host.",
  },
  {
    kind: 'forbidden',
    pattern: /403 Forbidden|access (?:to the resource is )?denied|insufficient_scope/i,
    what: 'the registry refuses these credentials (403 Forbidden)',
    first: 'Give the account of the pull secret, or the identity of the nodes, the right to pull this repository.',
  },
  {
    kind: 'server-error',
    pattern: /\b5\d\d (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Timeout|Not Implemented)/i,
    what: 'the registry answers with a server error (5xx)',
    first: 'Look at the status of the registry; run again when it answers.',
  },
  {
    kind: 'tls',
    pattern: /x509|tls:|certificate|server gave HTTP response to HTTPS client/i,
    what: 'TLS with the registry failed',
    first: "Check the registry's certificate and that the nodes trust its authority.",
  },
  {
    kind: 'dns',
    pattern: /no such host|server misbehaving|name resolution/i,
    what: "the registry's host name cannot be resolved (DNS)",
    first: "Check the registry host in the image name, then the nodes' DNS.",
  },
  {
    kind: 'refused',
    pattern: /connection refused|connection reset|no route to host|network is unreachable/i,
    what: 'the registry cannot be reached (connection refused or no route)',
    first: 'Check that the registry runs, and the network between nodes and registry.',
  },
  {
    kind: 'platform',
    pattern: /no match for platform|no matching manifest/i,
    what: "the image has no variant for the node's architecture",
    first: "Build the image for the nodes' architecture, or steer the pod with a nodeSelector on kubernetes.io/arch.",
  },
  {
    kind: 'not-found',
    pattern: /not found|manifest unknown|name unknown|repository does not exist/i,
    what: 'the registry does not have it',
    first: 'Check that the image was built and pushed under this name and tag.',
  },
  {
    kind: 'timeout',
    pattern: /i\/o timeout|deadline exceeded|timed? ?out|\bEOF\b/i,
    what: 'the registry did not answer in time',
    first: 'Check the network between nodes and registry, and the size of the image.',
  },
];

const UNKNOWN_TROUBLE: PullTrouble = {
  kind: 'unknown',
  what: 'the text below is all that the kubelet says',
  first: 'Read the message in the headline; it is what the container runtime reported.',
};

export function pullTrouble(evidence: Pick<Evidence, 'message' | 'image'>): PullTrouble {
  // The image's own name is part of the text, and a repository may be called "unauthorized".
  const image = evidence.image ?? '';
  const message = evidence.message ?? '';
  const text = image === '' ? message : message.replaceAll(image, '');
  return PULL_TROUBLES.find(({ pattern }) => pattern.test(text)) ?? UNKNOWN_TROUBLE;
}
