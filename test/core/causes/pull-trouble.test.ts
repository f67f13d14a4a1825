import { expect, it } from 'vitest';
import { pullTrouble } from '../../../src/core/causes/image-causes.ts';

const IMAGE = 'registry.example/web:1';
const unpack = `failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": `;
const from = `${unpack}pulling from host registry.example failed with status code [manifests 1]: `;
const head = `${unpack}failed to do request: Head "https://registry.example/v2/web/manifests/1": `;

it.each([
  ['404 of containerd', `rpc error: code = NotFound desc = ${unpack}${IMAGE}: not found`, 'not-found'],
  ['unknown manifest', 'manifest unknown: manifest unknown', 'not-found'],
  ['401', `${from}401 Unauthorized`, 'unauthorized'],
  ['no credentials', 'no basic auth credentials', 'unauthorized'],
  ['403', `${from}403 Forbidden`, 'forbidden'],
  [
    'a private repository on Docker Hub',
    'pull access denied, repository does not exist or may require authorization',
    'forbidden',
  ],
  ['429', `${from}429 Too Many Requests`, 'throttled'],
  ['500', `${from}500 Internal Server Error`, 'server-error'],
  ['503', `${from}503 Service Unavailable`, 'server-error'],
  ['refused', `${head}dial tcp 10.0.0.1:443: connect: connection refused`, 'refused'],
  ['DNS', `${head}dial tcp: lookup registry.example on 10.0.0.10:53: no such host`, 'dns'],
  ['TLS', `${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`, 'tls'],
  ['blackhole', `${head}dial tcp 10.0.0.1:443: i/o timeout`, 'timeout'],
  ['architecture', 'no match for platform in manifest: not found', 'platform'],
  ['only the back-off', `Back-off pulling image "${IMAGE}"`, 'unknown'],
  ['nothing', '', 'unknown'],
] as const)('%s', (_, message, kind) => {
  expect(pullTrouble({ message, image: IMAGE }).kind).toBe(kind);
});

it('is not misled by the name of the image', () => {
  const image = 'registry.example/unauthorized:500';
  expect(pullTrouble({ message: `"${image}": not found`, image }).kind).toBe('not-found');
});
