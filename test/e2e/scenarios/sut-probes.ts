import { NAME, inContainer } from '../example-manifests.ts';
import { type Scenarios, sutNotReady } from '../scenario.ts';
import { downAgain, running, some } from '../truth.ts';

/** Given up after the second failure, which is after 2 s. */
const QUICK = { periodSeconds: 1, failureThreshold: 2 };

/** The kubelet asks, and the new revision does not answer as its manifest says. */
export const SUT_PROBES: Scenarios = {
  title: 'a probe of the new revision does not pass:',
  scenarios: [
    {
      name: 'its readiness probe names a port that it does not have',
      fault: 'the probe names port web, the container names only http',
      live: true,
      sut: () => ({ edits: [[inContainer('readinessProbe', 'httpGet', 'port'), 'web']] }),
      inputs: { readyTimeout: '8s' },
      expected: sutNotReady('SutReadinessProbeFailing'),
      observable: running('sut'),
      graceMs: 8_000,
      names: [/no port is named .web. among the ports of the container: http \(8080\)/],
    },
    {
      name: 'its readiness probe asks a port on which nothing listens',
      fault: 'the probe asks port 9999, the program listens on 8080',
      live: true,
      sut: () => ({ edits: [[inContainer('readinessProbe', 'httpGet', 'port'), 9999]] }),
      inputs: { readyTimeout: '8s' },
      expected: sutNotReady('SutReadinessProbeFailing'),
      observable: running('sut'),
      graceMs: 8_000,
      names: ['connection refused', 'port 9999 is not among the ports of the container: http (8080)'],
    },
    {
      name: 'its startup probe asks for what is not there',
      fault: 'the startup probe asks for a path that gives 404',
      live: true,
      sut: () => ({
        edits: [[inContainer('startupProbe'), { ...QUICK, httpGet: { path: '/started', port: 'http' } }]],
      }),
      expected: sutNotReady('SutStartupProbeFailing'),
      observable: downAgain('sut', 2),
      names: ['HTTP GET /started on port http, every 1 s', 'statuscode: 404', /restarts [23]/],
    },
    {
      name: 'its liveness probe restarts it again and again',
      fault: 'the liveness probe asks for a path that gives 404',
      live: true,
      sut: () => ({
        edits: [
          [inContainer('livenessProbe'), { ...QUICK, httpGet: { path: '/alive', port: 'http' } }],
          // Else it would be ready between two restarts.
          [inContainer('readinessProbe', 'initialDelaySeconds'), 60],
        ],
      }),
      expected: sutNotReady('SutLivenessProbeKills'),
      observable: downAgain('sut', 2),
      names: [/keeps restarting .+ liveness probe fails \(HTTP GET \/alive on port http, .+\): restarts [23], /],
    },
  ],
};

const isSut = (field: string, value: unknown) =>
  some('Deployment', ({ metadata, spec }) => JSON.stringify(metadata).includes(NAME) && fieldOf(spec, field) === value);

function fieldOf(spec: unknown, field: string): unknown {
  return typeof spec === 'object' && spec !== null
    ? Object.entries(spec).find(([key]) => key === field)?.[1]
    : undefined;
}

/** Somebody else delivers the Deployment, and its own fields keep it from having new pods. */
export const SUT_DEPLOYMENT: Scenarios = {
  title: 'the Deployment that is observed brings no new pods:',
  scenarios: [
    {
      name: 'it is scaled to zero',
      fault: 'spec.replicas of the delivered Deployment is 0',
      sut: 'none',
      prepare: async (world) => {
        await world.goLive();
        await world.kube.patch('Deployment', world.namespace, NAME, { spec: { replicas: 0 } });
      },
      inputs: { mode: 'observe', deployment: NAME },
      expected: sutNotReady('SutScaledToZero'),
      observable: isSut('replicas', 0),
      names: ['deployment/quote-service', 'scaled to zero', 'minReplicaCount'],
      left: ['Deployment/quote-service', 'Service/quote-service'],
    },
    {
      name: 'it is paused in the middle of its roll-out',
      fault: 'the template is changed while spec.paused is true',
      sut: 'none',
      prepare: async (world) => {
        await world.goLive();
        const template = { metadata: { annotations: { changed: 'yes' } } };
        await world.kube.patch('Deployment', world.namespace, NAME, { spec: { paused: true, template } });
      },
      inputs: { mode: 'observe', deployment: NAME, readyTimeout: '6s' },
      expected: sutNotReady('SutPaused'),
      observable: 'start',
      graceMs: 6_000,
      names: ['deployment/quote-service', 'spec.paused', 'kubectl rollout resume'],
      left: ['Deployment/quote-service', 'Service/quote-service'],
    },
  ],
};
