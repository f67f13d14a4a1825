import type { Evidence } from '../model/evidence.ts';
import type { Cause } from './index.ts';
import { FACT, UNDATED_READY } from './wording.ts';

export type Variants = readonly (readonly [reported: string, evidence: Partial<Evidence>])[];

const NOT_CREATED: Variants = [
  ['no PriorityClass with name', { message: 'no PriorityClass with name <class> was found' }],
  ['RuntimeClass not found', { message: 'pod rejected: RuntimeClass "<class>" not found' }],
  ['status unknown for quota', { message: 'status unknown for quota: <quota>' }],
];

const QUOTA: Variants = [
  [
    'failed quota … must specify',
    {
      details: [
        { label: FACT.quota, value: '<quota>' },
        { label: FACT.mustSpecify, value: '<limits>' },
      ],
    },
  ],
];

const UNSCHEDULABLE: Variants = [
  ['SchedulingGated', { reason: 'SchedulingGated' }],
  ['SchedulerError', { reason: 'SchedulerError' }],
  ['no free ports', { message: "didn't have free ports for the requested pod ports" }],
  ['topology spread or pod anti-affinity', { message: "didn't match pod anti-affinity rules" }],
  ['Insufficient cpu, memory or pods', { message: 'Insufficient cpu' }],
  ['persistentvolumeclaim, volume node affinity', { message: 'persistentvolumeclaim "<claim>" not found' }],
  ['node unreachable, not-ready or unschedulable', { message: 'node.kubernetes.io/unreachable' }],
  ['untolerated taint, node affinity or selector', { message: 'untolerated taint' }],
];

const NO_VOLUME: Variants = [
  ['Lost', { reason: 'Lost' }],
  ['storageclass not found', { message: 'storageclass.storage.k8s.io "<class>" not found' }],
  ['no storage class', { details: [{ label: FACT.storageClass, value: 'none' }] }],
];

const NOT_MOUNTED: Variants = [
  ['Multi-Attach error', { message: 'Multi-Attach error for volume "<volume>"' }],
  ['hostPath type check failed', { message: 'hostPath type check failed: <path>' }],
  ['timed out, connection refused, no route to host', { message: 'timed out waiting for the condition' }],
];

const NO_RUNTIME: Variants = [['no runtime is configured', { message: 'no runtime for "<handler>" is configured' }]];

const DISRUPTED: Variants = [
  ['PreemptionByScheduler', { reason: 'PreemptionByScheduler' }],
  ['EvictionByEvictionAPI', { reason: 'EvictionByEvictionAPI' }],
  ['DeletionByTaintManager', { reason: 'DeletionByTaintManager' }],
  ['TerminationByKubelet, Evicted', { reason: 'TerminationByKubelet' }],
  ['PodDeleted', { reason: 'PodDeleted' }],
];

const PULL_FAILED: Variants = [['signature validation failed', { message: 'signature validation failed' }]];

const UNAUTHORIZED: Variants = [['403 Forbidden, denied', { message: '403 Forbidden' }]];

const REGISTRY_TLS: Variants = [
  ['certificate has expired', { message: 'x509: certificate has expired' }],
  ['certificate is valid for another name', { message: 'x509: certificate is valid for' }],
  ['server gave HTTP response to HTTPS client', { message: 'HTTP response to HTTPS client' }],
];

const REGISTRY_UNREACHABLE: Variants = [
  ['500, 502, 503, 504', { message: '503 Service Unavailable' }],
  ['i/o timeout, deadline exceeded, EOF', { message: 'i/o timeout' }],
];

const PROBE: Variants = [
  ['statuscode: 5xx', { message: 'statuscode: 503' }],
  ['statuscode: 404', { message: 'statuscode: 404' }],
  ['statuscode: 401, 403', { message: 'statuscode: 401' }],
  ['connection refused', { message: 'connection refused' }],
  ['deadline exceeded, Client.Timeout', { message: 'context deadline exceeded' }],
  ['strconv.Atoi: a port name that is not there', { message: 'strconv.Atoi: parsing "<port>": invalid syntax' }],
  ['HTTP response to HTTPS client', { message: 'http: server gave HTTP response to HTTPS client' }],
];

/** What the first step depends on, where it does. */
export const VARIANTS: Partial<Record<Cause, Variants>> = {
  SutPodsNotCreated: NOT_CREATED,
  TestcarPodsNotCreated: NOT_CREATED,
  SutQuotaExceeded: QUOTA,
  TestcarQuotaExceeded: QUOTA,
  SutUnschedulable: UNSCHEDULABLE,
  TestcarUnschedulable: UNSCHEDULABLE,
  SutDisrupted: DISRUPTED,
  TestcarDisrupted: DISRUPTED,
  SutImagesNotFixed: [
    ['a mutable reference in a pod', { reason: 'Mutable' }],
    ['another image than the template', { reason: 'NotOfTemplate' }],
  ],
  SutReadinessProbeFailing: PROBE,
  SutStartupProbeFailing: PROBE,
  SutLivenessProbeKills: PROBE,
  SutImagePullFailed: PULL_FAILED,
  TestcarImagePullFailed: PULL_FAILED,
  SutImageUnauthorized: UNAUTHORIZED,
  TestcarImageUnauthorized: UNAUTHORIZED,
  SutImageRegistryTls: REGISTRY_TLS,
  TestcarImageRegistryTls: REGISTRY_TLS,
  SutImageRegistryUnreachable: REGISTRY_UNREACHABLE,
  TestcarImageRegistryUnreachable: REGISTRY_UNREACHABLE,
  SutClaimPending: NO_VOLUME,
  TestcarClaimPending: NO_VOLUME,
  SutVolumeNotMounted: NOT_MOUNTED,
  TestcarVolumeNotMounted: NOT_MOUNTED,
  SutSandboxFailed: NO_RUNTIME,
  TestcarSandboxFailed: NO_RUNTIME,
  NodeLost: [['NodeDeleted', { reason: 'NodeDeleted' }]],
  SutRestarted: [
    ['readiness lost', { reason: 'NotReady' }],
    ['time of the readiness gone', { reason: UNDATED_READY }],
  ],
  ApiUnreachable: [['certificate not trusted', { reason: 'tls' }]],
  TestcarCrashed: [
    ['exit code 137', { exitCode: 137 }],
    ['exit code 143', { exitCode: 143 }],
  ],
  TestcarCommandNotFound: [['exit code 126', { exitCode: 126 }]],
};
