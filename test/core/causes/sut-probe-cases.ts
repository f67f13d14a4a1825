import type { Cause } from '../../../src/core/causes/index.ts';
import type { Evidence } from '../../../src/core/model/evidence.ts';

const CONTAINER = { object: 'pod/web-1', container: 'web', image: 'registry.example/web:2' };

export const SUT_PROBE_CASES = {
  SutReadinessProbeFailing: {
    evidence: {
      ...CONTAINER,
      reason: 'readyTimeout',
      message: 'HTTP probe failed with statuscode: 503',
      details: [
        { label: 'probe', value: 'HTTP GET /ready on port 8080, every 10 s, answer within 1 s' },
        { label: 'waited for', value: '5m' },
      ],
    },
    headline:
      'Container web of pod/web-1 runs, but was not ready within 5m: its readiness probe does not pass (HTTP GET /ready on port 8080, every 10 s, answer within 1 s): "HTTP probe failed with statuscode: 503"',
    first: 'It answers, and says itself that it is not well: its log says which dependency it waits for.',
  },
  SutStartupProbeFailing: {
    evidence: {
      ...CONTAINER,
      exitCode: 137,
      message: 'dial tcp 10.244.0.10:9999: connect: connection refused',
      details: [
        {
          label: 'probe',
          value: 'TCP connect to port 9999, every 1 s, answer within 1 s, 2 failures in a row restart the container',
        },
        { label: 'hint', value: 'port 9999 is not among the ports of the container: http (8080)' },
        { label: 'restarts', value: '2' },
      ],
    },
    headline:
      'Container web of pod/web-1 has not passed its startup probe (TCP connect to port 9999, every 1 s, answer within 1 s, 2 failures in a row restart the container), restarts 2: "dial tcp 10.244.0.10:9999: connect: connection refused"; port 9999 is not among the ports of the container: http (8080)',
    first:
      'Nothing listens on that port: compare it with what the log says, and check that the process listens on 0.0.0.0.',
  },
  SutLivenessProbeKills: {
    evidence: {
      ...CONTAINER,
      exitCode: 137,
      reason: 'Error',
      message: 'HTTP probe failed with statuscode: 404',
      details: [
        {
          label: 'probe',
          value: 'HTTP GET /nope on port 8080, every 1 s, answer within 1 s, 2 failures in a row restart the container',
        },
        { label: 'restarts', value: '3' },
      ],
    },
    headline:
      'The kubelet keeps restarting container web of pod/web-1, because its liveness probe fails (HTTP GET /nope on port 8080, every 1 s, answer within 1 s, 2 failures in a row restart the container): restarts 3, last with exit code 137: "HTTP probe failed with statuscode: 404"',
    first: 'The path is not there (404): compare the path of the probe with the routes of the process.',
  },
  SutScaledToZero: {
    evidence: { object: 'deployment/web' },
    headline: 'Deployment/web is scaled to zero: there is no pod to test',
    first:
      'Set spec.replicas to at least 1. With an autoscaler set its minimum: minReplicas of a HorizontalPodAutoscaler, minReplicaCount of a KEDA ScaledObject.',
  },
  SutPaused: {
    evidence: { object: 'deployment/web', details: [{ label: 'waited for', value: '5m' }] },
    headline: 'Deployment/web is paused (spec.paused), and its newest template was not rolled out within 5m',
    first: 'Let it go on: kubectl rollout resume deployment/web.',
  },
} as const satisfies Partial<Record<Cause, { evidence: Evidence; headline: string; first: string }>>;
