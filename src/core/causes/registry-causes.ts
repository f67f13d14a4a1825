import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import type { PartyWords } from './party.ts';
import { type PullTrouble, pullTrouble, registryOf } from './pull-trouble.ts';
import { shorten } from './quote.ts';
import { type EXPECTED, recovery } from './recovery.ts';
import { circumstances, imageName, place, said, sentence } from './wording.ts';

/** What differs between the reasons for which an image did not come. */
type PullWords = {
  /** "Image of testcar …" */
  title: string;
  graceMs: number;
  graceSource: string;
  /** The second half of the headline. */
  why(evidence: Evidence): string;
  remediation(evidence: Evidence): readonly string[];
  expected: keyof typeof EXPECTED;
};

/** A wrong name in the manifest and a registry that is down look alike from here. */
const NOT_FETCHED =
  'The gate fails the build, because an image could not be fetched: no code of it ran, so nothing is known about its quality.';

export function pullCause(
  party: PartyWords,
  { title, graceMs, graceSource, why, remediation, expected }: PullWords,
): CauseSpec {
  return {
    class: party.class,
    section: party.section,
    title: `Image of ${party.name}${title}`,
    graceMs,
    graceSource,
    headline: (e) => `${sentence(place(e))} could not pull ${imageName(e)}${circumstances(e)}: ${why(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pod', expected),
      ...(party.side === 'cluster' ? {} : { technicalImpact: NOT_FETCHED }),
      dataLoss: 'None: the image never ran.',
      remediation,
    },
  };
}

function registry({ image = '' }: Evidence): string {
  return image === '' ? 'the registry' : `registry ${shorten(registryOf(image), 260)}`;
}

function byTrouble(words: Partial<Record<PullTrouble, string>>, usual: string): (evidence: Evidence) => string {
  return (evidence) => words[pullTrouble(evidence)] ?? usual;
}

export function imageUnauthorized(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ': the registry refuses access',
    graceMs: 30_000,
    graceSource:
      'Refused credentials do not get better by waiting; the kubelet tries again after 10 and 20 s, which covers a pull secret that is applied in the same moment.',
    why: (e) =>
      `${registry(e)} ${byTrouble({ forbidden: 'refuses these credentials (403, denied)' }, 'wants credentials (401)')(e)}`,
    remediation: (e) => [
      byTrouble(
        {
          forbidden: `Give the account of the pull secret, or the identity of the nodes, the right to pull this repository from ${registry(e)}.`,
        },
        `Check imagePullSecrets of the pod: the secret must exist in this namespace, be of type kubernetes.io/dockerconfigjson and name ${registry(e)}.`,
      )(e),
      'Token-based secrets (ECR 12 h, ACR 3 h) run out: look when the secret was last renewed.',
      `Registries also answer "denied" for a repository that does not exist: check the name ${imageName(e)}.`,
      `imagePullSecrets is in ${party.podSource}, or in the service account that the pod uses.`,
    ],
    expected: 'registry',
  });
}

export function imageRateLimited(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ': the registry throttles',
    graceMs: 60_000,
    graceSource:
      'Cloud registries throttle for seconds to a minute; the kubelet tries again after 10, 20 and 40 s. Docker Hub counts over hours.',
    why: (e) => `${registry(e)} throttles (429 Too Many Requests)`,
    remediation: (e) => [
      `Pull from a mirror or pull-through cache, or give ${registry(e)} an account with a higher limit in imagePullSecrets; anonymous pulls share one limit per address.`,
      'If the limit is per minute, run the pipeline again; per hours (Docker Hub), waiting in the gate does not help.',
      'imagePullPolicy IfNotPresent with a fixed tag or digest pulls once per node instead of once per pod.',
    ],
    expected: 'registry',
  });
}

export function imageRegistryTls(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ': TLS with the registry failed',
    graceMs: 30_000,
    graceSource:
      'A certificate does not get better by waiting; the kubelet tries again after 10 and 20 s, which covers one bad server behind a load balancer.',
    why: (e) => `the nodes do not trust ${registry(e)}, or it speaks no TLS`,
    remediation: (e) => [
      tlsAdvice(e),
      `Look at what it shows: openssl s_client -connect HOST:443 -servername HOST </dev/null, for ${registry(e)}.`,
      'A proxy that opens TLS shows its own certificate: the nodes then need the authority of the proxy.',
    ],
    expected: 'registry',
  });
}

function tlsAdvice(evidence: Evidence): string {
  const message = (evidence.message ?? '').slice(0, 16_384);
  if (/expired|not yet valid/.test(message))
    return `Renew the certificate of ${registry(evidence)}; if it is valid, the clock of the node is wrong.`;
  if (/HTTP response to HTTPS client/.test(message))
    return `${sentence(registry(evidence))} speaks plain HTTP: give it TLS, or name it as an insecure registry in the nodes' container runtime.`;
  if (/is valid for|not valid for|doesn't contain any IP SANs|cannot validate/.test(message))
    return `Use the host name in the image that the certificate of ${registry(evidence)} was issued for, or issue it for this name.`;
  return `Put the authority that signed the certificate of ${registry(evidence)} into the trust store of the nodes (containerd: certs.d/HOST/hosts.toml, CRI-O: /etc/containers/certs.d).`;
}

export function imageRegistryNotResolved(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ': the name of the registry is unknown',
    graceMs: 60_000,
    graceSource:
      'Name servers of nodes fail over within seconds; the kubelet tries again after 10, 20 and 40 s. A wrong name stays wrong.',
    why: (e) => `the node cannot resolve the name of ${registry(e)} (DNS)`,
    remediation: (e) => [
      `Check the spelling of ${registry(e)} in ${party.imageSource}.`,
      'If it is right: the nodes use their own DNS, not that of the cluster; look up the name on a node.',
      'A private endpoint or VPN needs its DNS zone linked to the network of the nodes.',
    ],
    expected: 'registry',
  });
}

export function imageRegistryUnreachable(party: PartyWords): CauseSpec {
  return pullCause(party, {
    title: ': the registry does not answer',
    graceMs: 60_000,
    graceSource:
      'Registries and the load balancers before them restart within seconds to a minute; the kubelet tries again after 10, 20 and 40 s.',
    why: (e) =>
      `${registry(e)} ${byTrouble(
        { 'server-error': 'answers with a server error (5xx)', timeout: 'did not answer in time' },
        'cannot be reached (connection refused or no route)',
      )(e)}`,
    remediation: (e) => [
      byTrouble(
        {
          'server-error': `Look at the status of ${registry(e)}; run again when it answers.`,
          timeout: `Check the network between nodes and ${registry(e)} (firewall, proxy), and the size of the image.`,
        },
        `Check that ${registry(e)} runs, and that host and port in ${party.imageSource} are right.`,
      )(e),
      'If other pods pull from it, look at egress rules and proxy settings of this node; the runtime needs the proxy, not the pod.',
      `Pull ${imageName(e)} by hand from a machine in the cluster's network, then run the pipeline again.`,
    ],
    expected: 'registry',
  });
}
