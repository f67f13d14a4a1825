/** Cases of the causes that say why the API server let nothing in. */
export const CREATION_CASES = {
  SutQuotaExceeded: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      message: 'pods "web-5d4f-x" is forbidden: exceeded quota: compute',
      details: [
        { label: 'quota', value: 'compute' },
        { label: 'requested', value: 'pods=1' },
        { label: 'used', value: 'pods=10' },
        { label: 'limited', value: 'pods=10' },
        { label: 'held for', value: '35 s' },
      ],
    },
    headline: `ResourceQuota compute has no room for what replicaset/web-5d4f asks for: requested pods=1, used pods=10, limited pods=10 (FailedCreate, for 35 s now): "pods 'web-5d4f-x' is forbidden: exceeded quota: compute"`,
    first:
      "Make room in ResourceQuota compute (kubectl describe quota), or lower requests and limits in the Deployment's manifest.",
  },
  TestcarQuotaExceeded: {
    evidence: {
      object: 'job/testcar-1',
      reason: 'FailedCreate',
      details: [
        { label: 'quota', value: 'compute' },
        { label: 'must specify', value: 'limits.cpu for: testcar' },
      ],
    },
    headline: 'ResourceQuota compute has no room for what job/testcar-1 asks for (FailedCreate)',
    first:
      "Set limits.cpu for: testcar in testcar's Job manifest (testcarManifest), or add a LimitRange with defaults: ResourceQuota compute wants to be told.",
  },
  SutAdmissionDenied: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      message: 'admission webhook "p.example" denied the request: no',
      details: [
        { label: 'refused by', value: 'admission webhook "p.example"' },
        { label: 'held for', value: '5 s' },
      ],
    },
    headline: `Admission webhook "p.example" refuses what replicaset/web-5d4f asks for (FailedCreate, for 5 s now): "admission webhook 'p.example' denied the request: no"`,
    first:
      'Meet what the message asks for, in the Deployment\'s manifest; or ask the owners of admission webhook "p.example" for an exception.',
  },
  TestcarAdmissionDenied: {
    evidence: {
      object: 'job/testcar-1',
      reason: 'FailedCreate',
      details: [{ label: 'refused by', value: 'a LimitRange of the namespace' }],
    },
    headline: 'A LimitRange of the namespace refuses what job/testcar-1 asks for (FailedCreate)',
    first:
      "Meet what the message asks for, in testcar's Job manifest (testcarManifest); or ask the owners of a LimitRange of the namespace for an exception.",
  },
  SutPodSecurityViolated: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      message: 'violates PodSecurity "restricted:latest": runAsNonRoot != true',
      details: [{ label: 'Pod Security level', value: 'restricted:latest' }],
    },
    headline: `The Pod Security level restricted:latest of the namespace refuses what replicaset/web-5d4f asks for (FailedCreate): "violates PodSecurity 'restricted:latest': runAsNonRoot != true"`,
    first:
      "Set in the securityContext of the Deployment's manifest what the message lists, for example runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile.",
  },
  TestcarPodSecurityViolated: {
    evidence: { object: 'job/testcar-1', reason: 'FailedCreate' },
    headline: 'The Pod Security level of the namespace refuses what job/testcar-1 asks for (FailedCreate)',
    first:
      "Set in the securityContext of testcar's Job manifest (testcarManifest) what the message lists, for example runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile.",
  },
  SutServiceAccountMissing: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      details: [
        { label: 'service account', value: 'web' },
        { label: 'held for', value: '15 s' },
      ],
    },
    headline: 'The service account web that replicaset/web-5d4f asks for does not exist (FailedCreate, for 15 s now)',
    first:
      "Create the service account web in the namespace, or correct serviceAccountName in the Deployment's manifest.",
  },
  TestcarServiceAccountMissing: {
    evidence: {
      object: 'job/testcar-1',
      reason: 'FailedCreate',
      details: [{ label: 'service account', value: 'tester' }],
    },
    headline: 'The service account tester that job/testcar-1 asks for does not exist (FailedCreate)',
    first:
      "Create the service account tester in the namespace, or correct serviceAccountName in testcar's Job manifest (testcarManifest).",
  },
  SutPodsNotCreated: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      message: 'pods "web-5d4f-" is forbidden: no PriorityClass with name high was found',
      details: [{ label: 'held for', value: '1 min' }],
    },
    headline: `The pods of replicaset/web-5d4f cannot be created (FailedCreate, for 1 min now): "pods 'web-5d4f-' is forbidden: no PriorityClass with name high was found"`,
    first:
      "Create the PriorityClass that the message names, or correct priorityClassName in the Deployment's manifest.",
  },
  TestcarPodsNotCreated: {
    evidence: { object: 'job/testcar-1', reason: 'FailedCreate', message: 'etcdserver: request timed out' },
    headline: 'The pods of job/testcar-1 cannot be created (FailedCreate): "etcdserver: request timed out"',
    first: 'Read the message in the headline: it is the refusal of the API server.',
  },
  NamespaceTerminating: {
    evidence: {
      object: 'deployment/web',
      reason: 'Forbidden',
      message: 'unable to create new content in namespace shop because it is being terminated',
    },
    headline:
      'The namespace is being deleted and takes nothing new; seen at deployment/web: "unable to create new content in namespace shop because it is being terminated"',
    first:
      'Find out who deletes the namespace: a clean-up job, another pipeline, or a person; and run again when it is made anew.',
  },
} as const;
