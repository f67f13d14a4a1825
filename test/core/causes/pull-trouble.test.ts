import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PULL_TROUBLES, type PullTrouble, pullTrouble, registryOf } from '../../../src/core/causes/pull-trouble.ts';

const IMAGE = 'registry.example/web:1';
const unpack = `failed to pull and unpack image "${IMAGE}": `;
const resolve = `${unpack}failed to resolve reference "${IMAGE}": `;
const head = `${resolve}failed to do request: Head "https://registry.example/v2/web/manifests/1": `;
const blob = `${unpack}failed to copy: httpReadSeeker: failed open: `;
const crio = 'initializing source docker://registry.example/web:1: ';

/** What runs where: `tried` is what this project's own cluster printed (containerd 1.6.20). Others name their source. */
const TEXTS: readonly (readonly [source: string, message: string, trouble: PullTrouble])[] = [
  // containerd 1.6
  ['tried: 404', `rpc error: code = NotFound desc = ${resolve}${IMAGE}: not found`, 'not-found'],
  [
    'tried: 401',
    `${resolve}pulling from host registry.example failed with status code [manifests 1]: 401 Unauthorized`,
    'unauthorized',
  ],
  [
    'tried: 403',
    `${resolve}pulling from host registry.example failed with status code [manifests 1]: 403 Forbidden`,
    'forbidden',
  ],
  [
    'tried: 429',
    `${resolve}pulling from host registry.example failed with status code [manifests 1]: 429 Too Many Requests`,
    'rate-limited',
  ],
  [
    'tried: 500',
    `${resolve}pulling from host registry.example failed with status code [manifests 1]: 500 Internal Server Error`,
    'server-error',
  ],
  [
    'tried: 503',
    `${resolve}pulling from host registry.example failed with status code [manifests 1]: 503 Service Unavailable`,
    'server-error',
  ],
  ['tried: refused', `${head}dial tcp 10.0.0.1:443: connect: connection refused`, 'refused'],
  ['tried: DNS', `${head}dial tcp: lookup registry.example on 10.0.0.10:53: no such host`, 'dns'],
  // containerd 1.7 and 2.x
  [
    'k8s on ACR behind a firewall, containerd 1.7',
    `rpc error: code = Unknown desc = ${resolve}unexpected status from HEAD request to https://registry.example/v2/web/manifests/1: 403 Forbidden`,
    'forbidden',
  ],
  [
    'containerd#6339, Artifactory',
    `${resolve}failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized`,
    'unauthorized',
  ],
  [
    'containerd#4386, token without the scope',
    `${resolve}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
    'unauthorized',
  ],
  [
    'containerd#11103, no credentials at all',
    `${resolve}pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
    'unauthorized',
  ],
  [
    'containerd 1.7, Docker Hub limit while the layers come',
    `${blob}unexpected status code https://registry-1.docker.io/v2/library/x/manifests/sha256:0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating`,
    'rate-limited',
  ],
  [
    'containerd 2.x, ECR public limit',
    `${blob}unexpected status from GET request to https://public.ecr.aws/v2/x/manifests/sha256:0: 429 Too Many Requests`,
    'rate-limited',
  ],
  [
    'codefactoryhu/manifest#11, kubewarden/adm-controller#1378',
    `rpc error: code = NotFound desc = ${unpack}no match for platform in manifest: not found`,
    'platform',
  ],
  [
    'token server not resolved',
    `${resolve}failed to authorize: failed to fetch anonymous token: Get "https://auth.example/token?scope=x": dial tcp: lookup auth.example: i/o timeout`,
    'dns',
  ],
  ['blackhole', `${head}dial tcp 10.0.0.1:443: i/o timeout`, 'timeout'],
  ['TLS stall', `${head}net/http: TLS handshake timeout`, 'timeout'],
  ['proxy refuses', `${head}proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused`, 'refused'],
  ['no route', `${head}dial tcp 10.0.0.1:443: connect: no route to host`, 'refused'],
  ['cut connection', `${blob}failed to do request: Get "https://cdn.example/blobs/sha256:0": EOF`, 'timeout'],
  [
    'Go crypto/x509: unknown authority',
    `${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'tls',
  ],
  [
    'Go crypto/x509: expired',
    `${head}x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z`,
    'tls',
  ],
  ['Go crypto/x509: other name', `${head}x509: certificate is valid for a.example, not registry.example`, 'tls'],
  ['plain HTTP behind https', `${head}http: server gave HTTP response to HTTPS client`, 'tls'],
  [
    'k3s on a full disk, containerd 1.6',
    `${unpack}failed to extract layer sha256:0: write /var/lib/containerd/x: no space left on device: unknown`,
    'disk-full',
  ],
  [
    'stakater, cut layer',
    `${unpack}failed to unpack image on snapshotter overlayfs: failed to extract layer sha256:5: mount callback failed on /var/data/x: unexpected EOF: unknown`,
    'unpack',
  ],
  [
    'containerd on a file system without whiteouts',
    `${unpack}failed to extract layer sha256:b: failed to convert whiteout file "root/.pip/.wh..wh..opq": operation not supported: unknown`,
    'unpack',
  ],
  [
    'a layer that may not be written is no refusal of the registry',
    `${unpack}failed to extract layer sha256:b: mkdir /var/lib/x: permission denied: unknown`,
    'unpack',
  ],
  // CRI-O
  [
    'cri-o/packaging#301',
    `${crio}reading manifest 1 in registry.example/web: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit`,
    'rate-limited',
  ],
  [
    'cri-o#2331',
    'Error reading manifest latest in docker.io/crio/busybox: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n',
    'unauthorized',
  ],
  ['CRI-O, unknown tag', `${crio}reading manifest 1 in registry.example/web: manifest unknown`, 'not-found'],
  [
    'GHCR private package',
    `${crio}Requesting bearer token: invalid status code from registry 403 (Forbidden)`,
    'forbidden',
  ],
  [
    'quay.io down',
    `${crio}Requesting bearer token: invalid status code from registry 502 (Bad Gateway)`,
    'server-error',
  ],
  [
    'CRI-O, unresolved',
    `${crio}pinging container registry registry.example: Get "https://registry.example/v2/": dial tcp: lookup registry.example on 10.0.0.2:53: no such host`,
    'dns',
  ],
  [
    'cri-o#2331, proxy not resolved',
    'error pinging docker registry registry.example: Get "https://registry.example/v2/": proxyconnect tcp: dial tcp: lookup http: Temporary failure in name resolution',
    'dns',
  ],
  [
    'CRI-O, certificate',
    `${crio}pinging container registry registry.example: Get "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    'tls',
  ],
  [
    'cri-o#3626',
    'Error choosing image instance: no image found in manifest list for architecture arm, variant v8, OS linux',
    'platform',
  ],
  ['cri-o#3233', 'Image architecture mismatch: image uses "amd64", expecting "arm64"', 'platform'],
  [
    'kubelet on ErrSignatureValidationFailed',
    'image pull failed for registry.example/web:1 because the signature validation failed: Source image rejected: no signature exists',
    'signature',
  ],
  [
    'kubelet on ErrRegistryUnavailable',
    'image pull failed for registry.example/web:1 because the registry is unavailable',
    'refused',
  ],
  // Docker's engine (cri-dockerd)
  ['ECR without login', 'Error response from daemon: no basic auth credentials', 'unauthorized'],
  ['GitLab, GHCR', 'Error response from daemon: denied: requested access to the resource is denied', 'forbidden'],
  [
    'Docker on another architecture',
    'no matching manifest for linux/arm64/v8 in the manifest list entries',
    'platform',
  ],
  // The kubelet itself
  [
    'the back-off since 1.32',
    `Back-off pulling image "${IMAGE}": ErrImagePull: ${resolve}${IMAGE}: not found`,
    'not-found',
  ],
  ['the back-off before 1.32', `Back-off pulling image "${IMAGE}"`, 'unknown'],
  ['nothing', '', 'unknown'],
];

it.each(TEXTS)('%s', (_, message, trouble) => {
  expect(pullTrouble({ message, image: IMAGE })).toBe(trouble);
});

it('has a text for every trouble', () => {
  expect(new Set(TEXTS.map(([, , trouble]) => trouble))).toEqual(new Set(PULL_TROUBLES));
});

describe('names are no words of the runtime', () => {
  it.each<[string, string, PullTrouble]>([
    ['registry.example/unauthorized:500', '"registry.example/unauthorized:500": not found', 'not-found'],
    ['unauthorized', 'failed to pull "unauthorized": docker.io/library/unauthorized:latest: not found', 'not-found'],
    ['unauthorized', 'failed to pull "unauthorized": unauthorized: authentication required', 'unauthorized'],
    [
      'r.example/denied',
      'Head "https://r.example/v2/denied/manifests/x": dial tcp 1.2.3.4:443: connect: connection refused',
      'refused',
    ],
    ['tls:1', 'reading manifest 1 in docker.io/library/tls:1: manifest unknown', 'not-found'],
    ['r.example/web:429', 'r.example/web:429: not found', 'not-found'],
  ])('%s: %s', (image, message, trouble) => {
    expect(pullTrouble({ message, image })).toBe(trouble);
  });
});

it('takes any text for exactly one trouble', () => {
  const words = fc.constantFrom(
    ...TEXTS.flatMap(([, message]) => message.split(' ')),
    ...['lookup', 'unknown', '5', '503 ', '\u0000', '"', '\\', '/', 'i/o', '\ud800'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(text, text, (message, image) => {
      expect(PULL_TROUBLES).toContain(pullTrouble({ message, image }));
    }),
  );
});

/** A pattern that looks back and forth would need hours for the long ones; the test's own limit catches that. */
it.each(['a', '5', 'lookup ', 'dial tcp lookup ', 'too many ', '\\"', 'status: ', 'certificate ', '/', ' ', 'code 5'])(
  'reads a megabyte of "%s"',
  (piece) => {
    const message = piece.repeat(1_000_000 / piece.length);
    expect(PULL_TROUBLES).toContain(pullTrouble({ message, image: piece }));
  },
);

it.each([
  ['web', 'docker.io'],
  ['shop/web:1', 'docker.io'],
  ['registry.example/shop/web@sha256:0', 'registry.example'],
  ['127.0.0.1:15000/web:1', '127.0.0.1:15000'],
  ['localhost/web:1', 'localhost'],
  ['', 'docker.io'],
])('the registry of %s is %s', (image, host) => {
  expect(registryOf(image)).toBe(host);
});
