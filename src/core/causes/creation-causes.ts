import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { SUT, TESTCAR, type PartyWords } from './party.ts';
import { type EXPECTED, recovery } from './recovery.ts';
import {
  FACT,
  circumstances,
  describeCommand,
  fact,
  factAfter,
  inItsNamespace,
  place,
  said,
  sentence,
} from './wording.ts';

type CreationWords = {
  title: string;
  graceMs: number;
  graceSource: string;
  /** What happened, up to the object. */
  headline(evidence: Evidence): string;
  /** Why it is this party's, when its own code never ran. */
  technicalImpact: string;
  remediation(evidence: Evidence): readonly string[];
  expected: keyof typeof EXPECTED;
};

function creation(party: PartyWords, words: CreationWords): CauseSpec {
  const { title, graceMs, graceSource, headline, technicalImpact, remediation, expected } = words;
  return {
    class: party.class,
    section: party.section,
    title,
    graceMs,
    graceSource,
    headline: (e) => `${sentence(headline(e))}${circumstances(e)}${said(e)}`,
    entry: {
      ...party.impact,
      ...recovery(party.side, 'pods', expected),
      technicalImpact: `The gate fails the build: nothing of ${party.name} ran. ${technicalImpact}`,
      dataLoss: 'None: nothing was started.',
      remediation: (e) => [...remediation(e), whereItIsTold(e)],
    },
  };
}

/** A controller tries again and again, and its events tell; the gate's own request was answered once, and made nothing. */
function whereItIsTold(evidence: Evidence): string {
  const doing = fact(evidence, FACT.doing);
  return doing === undefined
    ? `All attempts are in the events: ${describeCommand(evidence)}.`
    : `Nothing was made, so nothing is to be described: the API server answered this to the gate's own request, while ${doing}. kubectl apply --dry-run=server with the same manifest gets the same answer.`;
}

/** The replicaset controller tries again after 5, 10, 20 ms … (client-go's default rate limiter), the Job's after 1, 2, 4 s. */
const SAME_ANSWER =
  'The object does not change between two tries, and 5 s hold about ten tries of the ReplicaSet controller and three of the Job controller; a policy that was just corrected gets these.';

function quotaExceeded(party: PartyWords): CauseSpec {
  return creation(party, {
    title: `Quota has no room for ${party.name}`,
    graceMs: 35_000,
    graceSource:
      'Pods that are ending count until they are gone, by default 30 s (terminationGracePeriodSeconds). What asks for more than the whole quota, or leaves out what the quota wants to be told, decides at once.',
    headline: (e) =>
      `${quota(e)} has no room for what ${place(e)} asks for${factAfter(': requested ', e, FACT.requested)}${factAfter(', used ', e, FACT.used)}${factAfter(', limited ', e, FACT.limited)}`,
    technicalImpact: `It counts as a fault of ${party.name}, because the quota belongs to its namespace and the requests to its manifest; the cluster itself does what it should.`,
    remediation: (e) => [
      fact(e, FACT.mustSpecify) === undefined
        ? `Make room in ${quota(e)} (kubectl describe quota${inItsNamespace(e)}), or lower requests and limits in ${party.podSource}.`
        : `Set ${fact(e, FACT.mustSpecify)} in ${party.podSource}, or add a LimitRange with defaults: ${quota(e)} wants to be told.`,
      'In mode preview the copy and testcar come on top of what is live: the quota needs room for both.',
    ],
    expected: 'capacity',
  });
}

function quota(evidence: Evidence): string {
  const name = fact(evidence, FACT.quota);
  return name === undefined ? 'a ResourceQuota of the namespace' : `ResourceQuota ${name}`;
}

function admissionDenied(party: PartyWords): CauseSpec {
  return creation(party, {
    title: `Policy of the cluster refuses ${party.name}`,
    graceMs: 5_000,
    graceSource: SAME_ANSWER,
    headline: (e) => `${refuser(e)} refuses what ${place(e)} asks for`,
    technicalImpact: 'The policy answered and said no; it is not down.',
    remediation: (e) => [
      `Meet what the message asks for, in ${party.podSource}; or ask the owners of ${refuser(e)} for an exception.`,
      'kubectl get validatingwebhookconfigurations,validatingadmissionpolicies,limitranges shows what the namespace has to meet.',
    ],
    expected: party.repaired,
  });
}

function refuser(evidence: Evidence): string {
  return fact(evidence, FACT.refusedBy) ?? 'a policy of the cluster';
}

function podSecurityViolated(party: PartyWords): CauseSpec {
  return creation(party, {
    title: `Pod Security refuses ${party.name}`,
    graceMs: 5_000,
    graceSource: SAME_ANSWER,
    headline: (e) =>
      `the Pod Security level${factAfter(' ', e, FACT.podSecurity)} of the namespace refuses what ${place(e)} asks for`,
    technicalImpact: 'Its securityContext asks for more than the namespace allows.',
    remediation: (e) => [
      `Set in the securityContext of ${party.podSource} what the message lists, for example runAsNonRoot, allowPrivilegeEscalation: false, capabilities.drop: [ALL], seccompProfile.`,
      `If it needs these rights, run it in a namespace with another level than${factAfter(' ', e, FACT.podSecurity) || ' this one'} (label pod-security.kubernetes.io/enforce).`,
    ],
    expected: party.repaired,
  });
}

function serviceAccountMissing(party: PartyWords): CauseSpec {
  return creation(party, {
    title: `Service account of ${party.name} missing`,
    graceMs: 15_000,
    graceSource:
      'A service account that is applied in the same moment, and the default one of a new namespace, are there within seconds.',
    headline: (e) =>
      `the service account${factAfter(' ', e, FACT.serviceAccount)} that ${place(e)} asks for does not exist`,
    technicalImpact: 'Its pods name a service account that the namespace does not have.',
    remediation: (e) => [
      `Create the service account${factAfter(' ', e, FACT.serviceAccount)} in the namespace, or correct serviceAccountName in ${party.podSource}.`,
      'A service account that Helm or GitOps brings has to be delivered before the pods that use it.',
    ],
    expected: 'config',
  });
}

/** What no other cause names. */
function podsNotCreated(party: PartyWords): CauseSpec {
  return creation(party, {
    title: `Pods of ${party.name} not created`,
    graceMs: 60_000,
    graceSource:
      'What is left may pass: a quota that is not counted yet, an API server or etcd that is busy; the controllers try again all the time.',
    headline: (e) => `the pods of ${place(e)} cannot be created`,
    technicalImpact: 'The API server did not accept its pods.',
    remediation: (e) => [notCreatedAdvice(e.message ?? '', party)],
    expected: 'capacity',
  });
}

function notCreatedAdvice(message: string, party: PartyWords): string {
  if (/no PriorityClass with name/.test(message))
    return `Create the PriorityClass that the message names, or correct priorityClassName in ${party.podSource}.`;
  if (/RuntimeClass "[^"]{1,253}" not found/.test(message))
    return `Create the RuntimeClass that the message names, or correct runtimeClassName in ${party.podSource}.`;
  if (/status unknown for quota/.test(message))
    return 'The quota controller has not counted the namespace yet: look at kube-controller-manager.';
  return 'Read the message in the headline: it is the refusal of the API server.';
}

/** The API server does not let the system under test in. */
export const SUT_CREATION_CAUSES = {
  SutQuotaExceeded: quotaExceeded(SUT),
  SutAdmissionDenied: admissionDenied(SUT),
  SutPodSecurityViolated: podSecurityViolated(SUT),
  SutServiceAccountMissing: serviceAccountMissing(SUT),
  SutPodsNotCreated: podsNotCreated(SUT),
} as const satisfies Record<string, CauseSpec>;

/** The API server does not let testcar in. */
export const TESTCAR_CREATION_CAUSES = {
  TestcarQuotaExceeded: quotaExceeded(TESTCAR),
  TestcarAdmissionDenied: admissionDenied(TESTCAR),
  TestcarPodSecurityViolated: podSecurityViolated(TESTCAR),
  TestcarServiceAccountMissing: serviceAccountMissing(TESTCAR),
  TestcarPodsNotCreated: podsNotCreated(TESTCAR),
} as const satisfies Record<string, CauseSpec>;
