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
  SutImagesNotFixed: {
    evidence: {
      ...CONTAINER,
      reason: 'PodsDiffer',
      details: [{ label: 'found', value: 'web-1 runs web@sha256:aa, web-2 runs web@sha256:bb' }],
    },
    headline:
      'The pods run several images under one reference: container web, image "registry.example/web:2": web-1 runs web@sha256:aa, web-2 runs web@sha256:bb',
    first:
      'The tag was pushed again between two pulls: give every build a tag of its own, or name the image by digest.',
  },
  SutNoNewRevision: {
    evidence: { object: 'deployment/web', details: [{ label: 'found', value: 'registry.example/web:2' }] },
    headline:
      'The manifests changed nothing in deployment/web: its pods run what they ran before (registry.example/web:2)',
    first:
      'A tag that was pushed again brings no new pods: give every build a tag of its own, or name the image by digest.',
  },
  SutNoEndpoints: {
    evidence: {
      object: 'service/web-tcg-1',
      details: [
        { label: 'expected', value: '2' },
        { label: 'found', value: '0' },
      ],
    },
    headline:
      'Service/web-tcg-1 does not reach the pods that it selects, though they are ready: 0 of 2 have a ready endpoint',
    first: 'Look at what the Service sends to: kubectl describe service/web-tcg-1.',
  },
  EndpointsOfAnotherRevision: {
    evidence: {
      object: 'service/web-tcg-1',
      details: [
        { label: 'expected', value: 'pods of ReplicaSet web-5d4f' },
        { label: 'found', value: 'web-old-1' },
      ],
    },
    headline:
      'Service/web-tcg-1 also sends to what is not the tested revision: expected pods of ReplicaSet web-5d4f, found web-old-1',
    first:
      'Find out who added it: a second controller, an EndpointSlice made by hand, changed labels: kubectl describe service/web-tcg-1.',
  },
  GuardrailNotEvaluated: {
    evidence: {
      object: 'deployment/web',
      message: 'the last read does not show all tested pods',
      details: [{ label: 'guardrail', value: 'Restarts during the tests' }],
    },
    headline:
      'The tests passed, but it is not known whether deployment/web held still under them (Restarts during the tests): "the last read does not show all tested pods"',
    first: 'Look in the report under "Guardrails" for what could not be read, then run the pipeline again.',
  },
  SutImageMutable: {
    evidence: { object: 'deployment/web', container: 'web', image: 'registry.example/web:latest' },
    headline:
      'Container web of deployment/web names image "registry.example/web:latest", which can be another image at every pull',
    first: 'Name the image by digest (name@sha256:…), or by a tag that is pushed once and never again.',
  },
  SutServiceSelectsNothing: {
    evidence: {
      object: 'service/web',
      details: [
        { label: 'expected', value: 'deployment/web' },
        { label: 'found', value: 'tier=front, the pods have tier=back' },
      ],
    },
    headline: 'Service/web selects none of the pods of deployment/web: it asks for tier=front, the pods have tier=back',
    first: 'Make spec.selector of the Service and the labels of spec.template.metadata equal, label by label.',
  },
  SutServicePortMissing: {
    evidence: {
      object: 'service/web',
      details: [
        { label: 'expected', value: 'web' },
        { label: 'found', value: 'http (8080)' },
      ],
    },
    headline:
      'Service/web sends to the port named web, which no container of the pods that it selects has; they have http (8080)',
    first: 'Give the port of the container this name, or correct targetPort of the Service; a number works as well.',
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
