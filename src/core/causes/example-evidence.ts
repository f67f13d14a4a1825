import type { Evidence } from '../model/evidence.ts';
import type { RunFacts } from './cause.ts';
import type { Cause } from './index.ts';
import { FACT } from './wording.ts';

/** Evidence of no run, for the generated pages: every name is a placeholder such as `<pod>`. */
export function exampleEvidence(cause: Cause): Evidence {
  const aboutPod = cause.startsWith('Sut') || cause.startsWith('Testcar');
  const { object = aboutPod ? 'pod/<pod>' : 'job/<job>', facts = [], ...rest } = SHAPES[cause] ?? {};
  const pod = object === 'pod/<pod>';
  return {
    object,
    namespace: EXAMPLE_RUN.namespace,
    ...(pod && { container: '<container>', node: '<node>' }),
    ...(cause.includes('Image') && { image: '<registry.host>/<image>' }),
    details: facts.map((label) => ({ label, value: `<${label}>` })),
    ...rest,
  };
}

export const EXAMPLE_RUN: Omit<RunFacts, 'mode'> = { namespace: '<namespace>', sut: '<deployment>', runId: '<run>' };

type Shape = Partial<Evidence> & { facts?: readonly string[] };

const DEPLOYMENT = 'deployment/<deployment>';
const API = 'the Kubernetes API';
const CLAIM: Shape = { object: 'persistentvolumeclaim/<claim>', facts: [FACT.askedBy] };

/** Where the evidence of a cause is more or other than the container of a pod. */
const SHAPES: Partial<Record<Cause, Shape>> = {
  SutOomKilled: { exitCode: 137, facts: [FACT.memoryLimit, FACT.restarts] },
  TestcarOomKilled: { exitCode: 137, facts: [FACT.memoryLimit] },
  SutPodsNotCreated: { object: 'replicaset/<replicaset>' },
  TestcarPodsNotCreated: { object: 'job/<job>' },
  SutQuotaExceeded: { object: 'replicaset/<replicaset>', facts: [FACT.quota, FACT.requested, FACT.used, FACT.limited] },
  SutAdmissionDenied: { object: 'replicaset/<replicaset>', facts: [FACT.refusedBy] },
  SutPodSecurityViolated: { object: 'replicaset/<replicaset>', facts: [FACT.podSecurity] },
  SutServiceAccountMissing: { object: 'replicaset/<replicaset>', facts: [FACT.serviceAccount] },
  TestcarQuotaExceeded: { object: 'job/<job>', facts: [FACT.quota, FACT.requested, FACT.used, FACT.limited] },
  TestcarAdmissionDenied: { object: 'job/<job>', facts: [FACT.refusedBy] },
  TestcarPodSecurityViolated: { object: 'job/<job>', facts: [FACT.podSecurity] },
  TestcarServiceAccountMissing: { object: 'job/<job>', facts: [FACT.serviceAccount] },
  SutCrashLooping: { exitCode: 1, facts: [FACT.restarts] },
  SutNeverReady: { object: DEPLOYMENT, facts: [FACT.waitedFor, FACT.blocker] },
  SutReadinessProbeFailing: { facts: [FACT.probe, FACT.waitedFor] },
  SutStartupProbeFailing: { facts: [FACT.probe, FACT.restarts] },
  SutLivenessProbeKills: { exitCode: 137, facts: [FACT.probe, FACT.restarts] },
  SutImagesNotFixed: { reason: 'PodsDiffer', facts: [FACT.found] },
  SutNoNewRevision: { object: DEPLOYMENT, facts: [FACT.found] },
  SutNoEndpoints: { object: 'service/<service>', facts: [FACT.expected, FACT.found] },
  EndpointsOfAnotherRevision: { object: 'service/<service>', facts: [FACT.expected, FACT.found] },
  GuardrailNotEvaluated: { object: DEPLOYMENT, facts: [FACT.guardrail] },
  SutImageMutable: { object: DEPLOYMENT, container: '<container>' },
  SutServiceSelectsNothing: { object: 'service/<service>', facts: [FACT.expected, FACT.found] },
  SutServicePortMissing: { object: 'service/<service>', facts: [FACT.expected, FACT.found] },
  SutScaledToZero: { object: DEPLOYMENT },
  SutPaused: { object: DEPLOYMENT, facts: [FACT.waitedFor] },
  SutUnreachable: { container: 'testcar-gate-reach', facts: [FACT.waitedFor] },
  SutRevisionMismatch: { object: DEPLOYMENT, facts: [FACT.expected, FACT.found] },
  SutCrashedUnderTest: { exitCode: 1, facts: [FACT.restarts] },
  SutRestarted: { exitCode: 1, facts: [FACT.restarts] },
  SutNotFound: { object: DEPLOYMENT, facts: [FACT.waitedFor] },
  PromotionFailed: { object: DEPLOYMENT, facts: [FACT.blocker] },
  TestsFailed: { facts: [FACT.failed, FACT.tests, FACT.firstFailures] },
  TestcarSidecarNeverEnds: { facts: [FACT.testsEnded, FACT.source] },
  TestcarShardLost: { object: 'job/<job>', shard: '<shard>', reason: 'NoPod' },
  TestsFailWithoutChange: { facts: [FACT.failed, FACT.tests, FACT.stable, FACT.firstFailures] },
  TestcarCrashed: { exitCode: 139 },
  TestcarCommandNotFound: { exitCode: 127 },
  TestcarExitWithoutResults: { exitCode: 2 },
  TestcarExitContradictsResults: { exitCode: 1, facts: [FACT.results] },
  TestcarResultsInvalid: { facts: [FACT.found] },
  TestcarNoTests: { facts: [FACT.tests, FACT.expected] },
  TestcarAllSkipped: { facts: [FACT.tests] },
  ReachProbeUnavailable: { object: 'pod/<pod>', container: 'testcar-gate-reach' },
  CourierFailed: { object: 'pod/<pod>', container: 'testcar-gate-courier' },
  NodeLost: { object: 'pod/<pod>', node: '<node>' },
  NodesOffline: { object: 'pod/<pod>', node: '<node>', facts: [FACT.nodes] },
  SutClaimMissing: CLAIM,
  TestcarClaimMissing: CLAIM,
  SutClaimPending: CLAIM,
  TestcarClaimPending: CLAIM,
  ApiUnreachable: { object: API, facts: [FACT.doing] },
  ApiNotKubernetes: { object: API, facts: [FACT.doing] },
  ApiServerError: { object: API, facts: [FACT.doing] },
  TestDeadlineExceeded: { facts: [FACT.waitedFor, FACT.blocker] },
  JobNotOurs: { facts: [FACT.expected, FACT.found] },
  RevisionChanged: { object: DEPLOYMENT, facts: [FACT.expected, FACT.found] },
  CredentialsExpired: { object: API, facts: [FACT.doing] },
  EvidenceContradicts: { facts: [FACT.expected, FACT.found] },
  GateInternalError: { object: 'phase/<phase>' },
  InputInvalid: { object: 'input', details: [{ label: '<input>', value: '<what is wrong with it>' }] },
  ManifestInvalid: { object: DEPLOYMENT },
  ClusterConfigMissing: { object: 'kubeconfig <file>' },
  CredentialsRejected: { object: API, facts: [FACT.doing] },
  PermissionsMissing: { object: 'namespace/<namespace>', facts: [FACT.missing] },
  NamespaceTerminating: { object: 'deployment/<deployment>' },
  NamespaceMissing: { object: 'namespace/<namespace>' },
  Cancelled: { object: 'run/<run>', reason: '<signal>' },
};
