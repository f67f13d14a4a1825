/** Cases of the causes that say why an image did not come; testcar's differ only in the names of things. */
import type { Evidence } from '../../../src/core/model/evidence.ts';

type Case = { evidence: Evidence; headline: string; first: string };

/** `first` gets the party's own words for where its image and its pod are described. */
function pullCase(
  { pod, container, image }: typeof WEB,
  heldFor: string,
  message: string,
  why: string,
  first: string,
): Case {
  const evidence = {
    object: `pod/${pod}`,
    container,
    image,
    node: 'node-2',
    reason: 'ErrImagePull',
    message,
    details: [{ label: 'held for', value: heldFor }],
  };
  const headline = `Container ${container} of pod/${pod} could not pull image "${image}" (ErrImagePull, for ${heldFor} now): ${why}: "${message}"`;
  return { evidence, headline, first };
}

const WEB = { pod: 'web-1', container: 'web', image: 'registry.example/web:2' };
const TESTCAR = { pod: 'testcar-1-x', container: 'testcar', image: 'registry.example/testcar:2' };
const from = (status: string) => `failed with status code [manifests 2]: ${status}`;

export const PULL_CASES = {
  SutImageUnauthorized: pullCase(
    WEB,
    '30 s',
    from('401 Unauthorized'),
    'registry registry.example wants credentials (401)',
    'Check imagePullSecrets of the pod: the secret must exist in this namespace, be of type kubernetes.io/dockerconfigjson and name registry registry.example.',
  ),
  TestcarImageUnauthorized: pullCase(
    TESTCAR,
    '30 s',
    from('403 Forbidden'),
    'registry registry.example refuses these credentials (403, denied)',
    'Give the account of the pull secret, or the identity of the nodes, the right to pull this repository from registry registry.example.',
  ),
  SutImageRateLimited: pullCase(
    WEB,
    '1 min',
    from('429 Too Many Requests'),
    'registry registry.example throttles (429 Too Many Requests)',
    'Pull from a mirror or pull-through cache, or give registry registry.example an account with a higher limit in imagePullSecrets; anonymous pulls share one limit per address.',
  ),
  TestcarImageRateLimited: pullCase(
    { ...TESTCAR, image: 'testcar:2' },
    '1 min',
    'toomanyrequests: You have reached your pull rate limit.',
    'registry docker.io throttles (429 Too Many Requests)',
    'Pull from a mirror or pull-through cache, or give registry docker.io an account with a higher limit in imagePullSecrets; anonymous pulls share one limit per address.',
  ),
  SutImageRegistryTls: pullCase(
    WEB,
    '30 s',
    'x509: certificate signed by unknown authority',
    'the nodes do not trust registry registry.example, or it speaks no TLS',
    'Put the authority that signed the certificate of registry registry.example into the trust store of the nodes (containerd: certs.d/HOST/hosts.toml, CRI-O: /etc/containers/certs.d).',
  ),
  TestcarImageRegistryTls: pullCase(
    TESTCAR,
    '30 s',
    'x509: certificate has expired or is not yet valid',
    'the nodes do not trust registry registry.example, or it speaks no TLS',
    'Renew the certificate of registry registry.example; if it is valid, the clock of the node is wrong.',
  ),
  SutImageRegistryNotResolved: pullCase(
    WEB,
    '1 min',
    'dial tcp: lookup registry.example: no such host',
    'the node cannot resolve the name of registry registry.example (DNS)',
    "Check the spelling of registry registry.example in the Deployment's manifest.",
  ),
  TestcarImageRegistryNotResolved: pullCase(
    TESTCAR,
    '1 min',
    'dial tcp: lookup registry.example: no such host',
    'the node cannot resolve the name of registry registry.example (DNS)',
    "Check the spelling of registry registry.example in testcar's Job manifest (testcarManifest) or option testcarImage (courierImage for the gate's own containers).",
  ),
  SutImageRegistryUnreachable: pullCase(
    WEB,
    '1 min',
    from('503 Service Unavailable'),
    'registry registry.example answers with a server error (5xx)',
    'Look at the status of registry registry.example; run again when it answers.',
  ),
  TestcarImageRegistryUnreachable: pullCase(
    TESTCAR,
    '1 min',
    'dial tcp 10.0.0.1:443: connect: connection refused',
    'registry registry.example cannot be reached (connection refused or no route)',
    "Check that registry registry.example runs, and that host and port in testcar's Job manifest (testcarManifest) or option testcarImage (courierImage for the gate's own containers) are right.",
  ),
  SutImageWrongPlatform: pullCase(
    WEB,
    '10 s',
    'no match for platform in manifest: not found',
    'it has no variant for the operating system and architecture of node node-2',
    'Build the image for the architecture of the nodes: docker buildx build --platform linux/amd64,linux/arm64; see what it has: docker manifest inspect registry.example/web:2.',
  ),
  TestcarImageWrongPlatform: pullCase(
    TESTCAR,
    '10 s',
    'no match for platform in manifest: not found',
    'it has no variant for the operating system and architecture of node node-2',
    'Build the image for the architecture of the nodes: docker buildx build --platform linux/amd64,linux/arm64; see what it has: docker manifest inspect registry.example/testcar:2.',
  ),
  SutImageUnpackFailed: pullCase(
    WEB,
    '1 min',
    'failed to extract layer sha256:5: unexpected EOF: unknown',
    'it was downloaded, but the node cannot unpack a layer of it',
    'Push the image again: a layer of image "registry.example/web:2" is broken, or of a kind that the container runtime of node node-2 does not know.',
  ),
  TestcarImageUnpackFailed: pullCase(
    TESTCAR,
    '1 min',
    'failed to extract layer sha256:5: unexpected EOF: unknown',
    'it was downloaded, but the node cannot unpack a layer of it',
    'Push the image again: a layer of image "registry.example/testcar:2" is broken, or of a kind that the container runtime of node node-2 does not know.',
  ),
  SutImageDiskFull: pullCase(
    WEB,
    '1 min',
    'failed to extract layer sha256:5: write x: no space left on device: unknown',
    'the disk of node node-2 is full',
    'Free the image disk of node node-2, or replace the node: crictl rmi --prune, old logs, leftover volumes.',
  ),
  TestcarImageDiskFull: pullCase(
    TESTCAR,
    '1 min',
    'failed to extract layer sha256:5: write x: no space left on device: unknown',
    'the disk of node node-2 is full',
    'Free the image disk of node node-2, or replace the node: crictl rmi --prune, old logs, leftover volumes.',
  ),
} as const;
