import type { Cause } from '../../../src/core/causes/index.ts';
import type { FakeRegistry } from '../fake-registry.ts';
import { type Scenario, type Scenarios, clusterError, sutNotReady, testcarError } from '../scenario.ts';
import { waiting } from '../truth.ts';

const PULLING = ['ErrImagePull', 'ImagePullBackOff'];

/** Long graces are shortened by the option for it: that they are as long as they say is shown without a cluster. */
const SHORT_MS = 12_000;

/** Refused by the resolver itself, so that no name server is asked. */
const NO_HOST = `${'no-such-registry'.padEnd(64, 'x')}.invalid`;

type Pull = {
  name: string;
  fault: string;
  image: string;
  cause: Cause;
  names: Scenario['names'];
  /** With the grace that the cause has by default. */
  fullGrace?: boolean;
  /** The fault is the node's, whoever's image it is. */
  ofNode?: boolean;
};

const graces = (cause: Cause, fullGrace: boolean): Partial<Scenario> =>
  fullGrace ? {} : { inputs: { graces: `${cause}=${SHORT_MS / 1000}s` }, graceMs: SHORT_MS };

const ofSut = (
  image: () => string,
  { name, fault, cause, names, fullGrace = false, ofNode = false }: Omit<Pull, 'image'>,
): Scenario => ({
  name,
  fault,
  live: true,
  sut: () => ({ image: image() }),
  expected: ofNode ? clusterError(cause) : sutNotReady(cause),
  observable: waiting('sut', ...PULLING),
  names: [
    /container \S+ of pod\/quote-service-\S+ could not pull image "[^"]+\/(?:web|testcar):1"/i,
    'What to do now',
    ...names,
  ],
  ...graces(cause, fullGrace),
});

const ofTestcar = (
  image: () => string,
  { name, fault, cause, names, fullGrace = false, ofNode = false }: Omit<Pull, 'image'>,
): Scenario => ({
  name,
  fault,
  testcar: () => ({ image: image() }),
  expected: ofNode ? clusterError(cause) : testcarError(cause),
  observable: waiting('testcar', ...PULLING),
  names: [/container \S+ of pod\/\S+ could not pull image "[^"]+\/(?:web|testcar):1"/i, 'What to do now', ...names],
  ...graces(cause, fullGrace),
});

/** The registry is started by the test, after the table is read. */
export function pulls(registry: () => FakeRegistry): Scenarios {
  const at = (path: string) => () => `${registry().host}/${path}`;
  return {
    title: 'an image does not come:',
    scenarios: [
      ofSut(at('status-401/web:1'), {
        name: 'the registry of the new revision wants credentials',
        fault: 'a registry that answers 401 to every request',
        cause: 'SutImageUnauthorized',
        fullGrace: true,
        names: ['401 Unauthorized', 'wants credentials', 'imagePullSecrets', /registry 127\.0\.0\.1:\d+/],
      }),
      ofTestcar(at('status-403/testcar:1'), {
        name: 'the registry of testcar refuses the credentials',
        fault: 'a registry that answers 403 to every request',
        cause: 'TestcarImageUnauthorized',
        names: ['403 Forbidden', 'refuses these credentials', 'the right to pull', /registry 127\.0\.0\.1:\d+/],
      }),
      ofSut(at('status-429/web:1'), {
        name: 'the registry of the new revision throttles',
        fault: 'a registry that answers 429 to every request',
        cause: 'SutImageRateLimited',
        names: ['429 Too Many Requests', 'throttles', 'pull-through cache', /registry 127\.0\.0\.1:\d+/],
      }),
      ofTestcar(at('status-503/testcar:1'), {
        name: 'the registry of testcar is down behind its load balancer',
        fault: 'a registry that answers 503 to every request',
        cause: 'TestcarImageRegistryUnreachable',
        names: ['503 Service Unavailable', 'answers with a server error', 'run again when it answers'],
      }),
      ofSut(() => `${registry().tlsHost}/web/web:1`, {
        name: 'the nodes do not trust the registry of the new revision',
        fault: 'a registry with a self-signed certificate',
        cause: 'SutImageRegistryTls',
        names: ['x509: ', 'do not trust', 'trust store of the nodes'],
      }),
      ...[ofSut, ofTestcar].map((of) =>
        of(() => `${NO_HOST}/${of === ofSut ? 'web' : 'testcar'}:1`, {
          name: `the registry of ${of === ofSut ? 'the new revision' : 'testcar'} has no address`,
          fault: 'a host name that cannot be one: a label of 64 characters (RFC 1035)',
          cause: of === ofSut ? 'SutImageRegistryNotResolved' : 'TestcarImageRegistryNotResolved',
          names: [NO_HOST, 'cannot resolve', 'spelling'],
        }),
      ),
      ofSut(() => '127.0.0.1:1/web:1', {
        name: 'nobody listens at the registry of the new revision',
        fault: 'a port on which nothing listens',
        cause: 'SutImageRegistryUnreachable',
        names: ['connection refused', 'cannot be reached', 'host and port'],
      }),
      ofSut(at('alien/web:1'), {
        name: 'the image of the new revision is for another architecture',
        fault: 'an index that has only linux/s390x',
        cause: 'SutImageWrongPlatform',
        fullGrace: true,
        names: ['no match for platform', 'docker buildx build --platform'],
      }),
      ofTestcar(at('broken/testcar:1'), {
        name: 'a layer of the image of testcar is broken',
        fault: 'a layer with the right digest that is no tar archive',
        cause: 'TestcarImageUnpackFailed',
        names: ['failed to extract layer', 'cannot unpack', 'Push the image again'],
      }),
      ofSut(at('broken/web:1'), {
        name: 'a layer of the image of the new revision is broken',
        fault: 'a layer with the right digest that is no tar archive',
        cause: 'SutImageUnpackFailed',
        names: ['failed to extract layer', 'cannot unpack', 'Push the image again'],
      }),
      ...[ofSut, ofTestcar].map((of) =>
        of(at(`no-space/${of === ofSut ? 'web' : 'testcar'}:1`), {
          name: `the node has no room for the image of ${of === ofSut ? 'the new revision' : 'testcar'}`,
          fault: 'a layer that the kernel of the node answers with ENOSPC: extended attributes above one block of ext4',
          cause: of === ofSut ? 'SutImageDiskFull' : 'TestcarImageDiskFull',
          ofNode: true,
          names: ['no space left on device', /the disk of node \S+ is full/, 'crictl rmi --prune'],
        }),
      ),
      ofSut(at('status-418/web:1'), {
        name: 'the registry of the new revision answers what no registry answers',
        fault: 'a registry that answers 418 to every request',
        cause: 'SutImagePullFailed',
        names: ['418'],
      }),
      ofTestcar(at('status-418/testcar:1'), {
        name: 'the registry of testcar answers what no registry answers',
        fault: 'a registry that answers 418 to every request',
        cause: 'TestcarImagePullFailed',
        names: ['418'],
      }),
      ofTestcar(at('status-429/testcar:1'), {
        name: 'the registry of testcar throttles',
        fault: 'a registry that answers 429 to every request',
        cause: 'TestcarImageRateLimited',
        names: ['429 Too Many Requests', 'throttles', 'pull-through cache'],
      }),
      ofTestcar(() => `${registry().tlsHost}/web/testcar:1`, {
        name: 'the nodes do not trust the registry of testcar',
        fault: 'a registry with a self-signed certificate',
        cause: 'TestcarImageRegistryTls',
        names: ['x509: ', 'do not trust', 'trust store of the nodes'],
      }),
      ofTestcar(at('alien/testcar:1'), {
        name: 'the image of testcar is for another architecture',
        fault: 'an index that has only linux/s390x',
        cause: 'TestcarImageWrongPlatform',
        fullGrace: true,
        names: ['no match for platform', 'docker buildx build --platform'],
      }),
    ],
  };
}
