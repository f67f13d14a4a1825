import { inContainer, type SutChanges } from '../example-manifests.ts';
import { type Scenarios, PASSED, clusterError, sutNotReady } from '../scenario.ts';
import { downAgain, ended, pod, running, unschedulable, waiting } from '../truth.ts';

const env = (variables: Record<string, string>) => (): Partial<SutChanges> => ({ env: variables });
const PULL_FAILED = waiting('sut', 'ErrImagePull', 'ImagePullBackOff');

/** The new revision does not come up by its own fault, or by its manifest's. */
export const SUT_START: Scenarios = {
  title: 'the new revision does not come up:',
  scenarios: [
    {
      name: 'it crashes at every start',
      fault: 'the program exits at once, each time',
      live: true,
      sut: env({ QUOTES_CRASH_AT_START: 'true' }),
      expected: sutNotReady('SutCrashLooping'),
      observable: downAgain('sut', 2),
      names: [/pod\/quote-service-\S+/, 'exit code 1', 'restarts'],
    },
    {
      name: 'it runs out of memory',
      fault: 'the program allocates 256 MB under a limit of 64 MB',
      live: true,
      sut: env({ QUOTES_ALLOCATE_MB: '256' }),
      expected: sutNotReady('SutOomKilled'),
      observable: ended('sut', (end, status) => end['reason'] === 'OOMKilled' && status['restartCount'] !== 0),
      names: [/pod\/quote-service-\S+/, 'OOMKilled', '64Mi'],
    },
    {
      name: 'it never becomes ready',
      fault: 'the readiness probe is answered with an error for ever',
      live: true,
      sut: env({ QUOTES_NEVER_READY: 'true' }),
      inputs: { readyTimeout: '8s' },
      expected: sutNotReady('SutReadinessProbeFailing'),
      observable: running('sut'),
      graceMs: 8_000,
      names: [/pod\/quote-service-\S+/, 'HTTP GET /healthz on port http, every 1 s', 'statuscode: 503', 'readyTimeout'],
    },
    {
      name: 'it starts too slowly',
      fault: 'the program listens only after 5 minutes',
      live: true,
      sut: env({ QUOTES_START_DELAY: '5m' }),
      inputs: { readyTimeout: '15s' },
      expected: sutNotReady('SutReadinessProbeFailing'),
      observable: running('sut'),
      graceMs: 15_000,
      names: [/pod\/quote-service-\S+/, 'connection refused', 'readyTimeout'],
    },
    {
      name: 'its image is not in the registry',
      fault: 'a tag that the registry does not have',
      live: true,
      sut: ({ setup }) => ({ image: `${setup.registry}/quote-service:no-such-tag` }),
      expected: sutNotReady('SutImageNotFound'),
      observable: PULL_FAILED,
      names: [/pod\/quote-service-\S+/, 'quote-service:no-such-tag', 'not found'],
    },
    {
      name: 'a Secret that it needs is missing',
      fault: 'envFrom names a Secret that does not exist',
      live: true,
      sut: () => ({ edits: [[inContainer('envFrom'), [{ secretRef: { name: 'no-such-secret' } }]]] }),
      expected: sutNotReady('SutConfigMissing'),
      observable: waiting('sut', 'CreateContainerConfigError'),
      names: [/pod\/quote-service-\S+/, 'secret "no-such-secret" not found'],
    },
    {
      name: 'no node has room for it',
      fault: 'it requests 900 CPUs',
      live: true,
      sut: () => ({ edits: [[inContainer('resources'), { requests: { cpu: '900' } }]] }),
      expected: clusterError('SutUnschedulable'),
      observable: unschedulable('sut'),
      names: [/pod\/quote-service-\S+/, 'Insufficient cpu'],
    },
    {
      name: 'nothing listens on the port that testcar is given',
      fault: 'a port on which the program does not listen',
      live: true,
      inputs: { sutPort: '9999', reachTimeout: '5s' },
      expected: sutNotReady('SutUnreachable'),
      observable: pod('testcar', (each) => JSON.stringify(each['status']).includes('testcar-gate-reach')),
      graceMs: 5_000,
      names: ['9999', 'refused'],
    },
    {
      name: 'a slow start within the time allowed does not close the gate',
      fault: 'the program listens only after 6 seconds',
      sut: env({ QUOTES_START_DELAY: '6s' }),
      expected: PASSED,
      names: [],
    },
  ],
};
