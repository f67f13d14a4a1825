import type { Cause } from '../../causes/index.ts';
import type { Container, Pod } from '../../model/seen.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Finding } from '../../causes/finding.ts';
import type { JudgeContext } from '../judgement.ts';

export type Party = 'sut' | 'testcar';

export type RuleContext = JudgeContext & {
  party: Party;
  /** The party's pods that this judgement is about: of one revision, or of our Job. */
  pods: readonly Pod[];
  /** What creates those pods: the ReplicaSet, or the Job. */
  owner: { object: string; uid: string; missingPods: boolean } | undefined;
};

/** Something that is wrong now. It decides when it has been wrong for its grace. */
export type Held = {
  finding: Finding;
  sinceMs: number;
  /** Instead of the cause's own grace; Infinity = may recover, so it only explains. */
  graceMs?: number;
};

/** A named pure function. Rules do not know of each other; their order in the array is the order of telling. */
export type Rule = { name: string; check(ctx: RuleContext): readonly Held[] };

export const ONLY_EXPLAINS = Number.POSITIVE_INFINITY;

export type Trouble =
  | 'imageNotFound'
  | 'imageNameInvalid'
  | 'imagePullFailed'
  | 'imageNeverPull'
  | 'configMissing'
  | 'startError'
  | 'oomKilled'
  | 'storageExceeded'
  | 'podsNotCreated'
  | 'unschedulable'
  | 'claimMissing'
  | 'claimPending'
  | 'volumeNotMounted'
  | 'sandboxFailed'
  | 'disrupted'
  | 'quotaExceeded'
  | 'admissionDenied'
  | 'podSecurityViolated'
  | 'serviceAccountMissing'
  | 'imageUnauthorized'
  | 'imageRateLimited'
  | 'imageRegistryTls'
  | 'imageRegistryNotResolved'
  | 'imageRegistryUnreachable'
  | 'imageWrongPlatform'
  | 'imageUnpackFailed'
  | 'imageDiskFull';

const CAUSE_OF: Readonly<Record<Party, Readonly<Record<Trouble, Cause>>>> = {
  sut: {
    imageNotFound: 'SutImageNotFound',
    imageNameInvalid: 'SutImageNameInvalid',
    imagePullFailed: 'SutImagePullFailed',
    imageNeverPull: 'SutImageNeverPull',
    configMissing: 'SutConfigMissing',
    startError: 'SutStartError',
    oomKilled: 'SutOomKilled',
    storageExceeded: 'SutStorageExceeded',
    podsNotCreated: 'SutPodsNotCreated',
    unschedulable: 'SutUnschedulable',
    claimMissing: 'SutClaimMissing',
    claimPending: 'SutClaimPending',
    volumeNotMounted: 'SutVolumeNotMounted',
    sandboxFailed: 'SutSandboxFailed',
    disrupted: 'SutDisrupted',
    quotaExceeded: 'SutQuotaExceeded',
    admissionDenied: 'SutAdmissionDenied',
    podSecurityViolated: 'SutPodSecurityViolated',
    serviceAccountMissing: 'SutServiceAccountMissing',
    imageUnauthorized: 'SutImageUnauthorized',
    imageRateLimited: 'SutImageRateLimited',
    imageRegistryTls: 'SutImageRegistryTls',
    imageRegistryNotResolved: 'SutImageRegistryNotResolved',
    imageRegistryUnreachable: 'SutImageRegistryUnreachable',
    imageWrongPlatform: 'SutImageWrongPlatform',
    imageUnpackFailed: 'SutImageUnpackFailed',
    imageDiskFull: 'SutImageDiskFull',
  },
  testcar: {
    imageNotFound: 'TestcarImageNotFound',
    imageNameInvalid: 'TestcarImageNameInvalid',
    imagePullFailed: 'TestcarImagePullFailed',
    imageNeverPull: 'TestcarImageNeverPull',
    configMissing: 'TestcarConfigMissing',
    startError: 'TestcarStartError',
    oomKilled: 'TestcarOomKilled',
    storageExceeded: 'TestcarStorageExceeded',
    podsNotCreated: 'TestcarPodsNotCreated',
    unschedulable: 'TestcarUnschedulable',
    claimMissing: 'TestcarClaimMissing',
    claimPending: 'TestcarClaimPending',
    volumeNotMounted: 'TestcarVolumeNotMounted',
    sandboxFailed: 'TestcarSandboxFailed',
    disrupted: 'TestcarDisrupted',
    quotaExceeded: 'TestcarQuotaExceeded',
    admissionDenied: 'TestcarAdmissionDenied',
    podSecurityViolated: 'TestcarPodSecurityViolated',
    serviceAccountMissing: 'TestcarServiceAccountMissing',
    imageUnauthorized: 'TestcarImageUnauthorized',
    imageRateLimited: 'TestcarImageRateLimited',
    imageRegistryTls: 'TestcarImageRegistryTls',
    imageRegistryNotResolved: 'TestcarImageRegistryNotResolved',
    imageRegistryUnreachable: 'TestcarImageRegistryUnreachable',
    imageWrongPlatform: 'TestcarImageWrongPlatform',
    imageUnpackFailed: 'TestcarImageUnpackFailed',
    imageDiskFull: 'TestcarImageDiskFull',
  },
};

/** Troubles of a single container; all others are of the pod, its node or its owner. */
const CONTAINER_TROUBLES: readonly Trouble[] = [
  'imageNotFound',
  'imageNameInvalid',
  'imagePullFailed',
  'imageNeverPull',
  'configMissing',
  'startError',
  'oomKilled',
  'imageUnauthorized',
  'imageRateLimited',
  'imageRegistryTls',
  'imageRegistryNotResolved',
  'imageRegistryUnreachable',
  'imageWrongPlatform',
  'imageUnpackFailed',
];

export const OF_ONE_CONTAINER: ReadonlySet<Cause> = new Set<Cause>([
  ...CONTAINER_TROUBLES.flatMap((trouble) => [CAUSE_OF.sut[trouble], CAUSE_OF.testcar[trouble]]),
  'SutCrashLooping',
  'TestcarCrashed',
]);

export function causeFor(party: Party, trouble: Trouble): Cause {
  return CAUSE_OF[party][trouble];
}

export function podEvidence(pod: Pod, more: Omit<Evidence, 'object'> = {}): Evidence {
  return {
    object: `pod/${pod.meta.name}`,
    ...(pod.nodeName === undefined ? {} : { node: pod.nodeName }),
    ...more,
  };
}

export function containerEvidence(pod: Pod, container: Container, more: Omit<Evidence, 'object'> = {}): Evidence {
  return podEvidence(pod, { container: container.name, image: container.image, ...more });
}

/** One look at every container of every pod of the party. */
export function perContainer(
  ctx: RuleContext,
  look: (pod: Pod, container: Container) => Held | undefined,
): readonly Held[] {
  return ctx.pods.flatMap((pod) =>
    pod.containers.map((container) => look(pod, container)).filter((held) => held !== undefined),
  );
}

/** The `reason` and `message` of a state, without empty ones. */
export function said(from: { reason: string; message: string }): Pick<Evidence, 'reason' | 'message'> {
  return {
    ...(from.reason === '' ? {} : { reason: from.reason }),
    ...(from.message === '' ? {} : { message: from.message }),
  };
}
