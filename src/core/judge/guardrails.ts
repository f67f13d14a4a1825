import type { Finding } from '../causes/finding.ts';
import { FACT } from '../causes/wording.ts';
import type { Observation, Pod } from '../model/seen.ts';
import type { Plan } from '../plan/plan.ts';
import type { Revision } from '../model/revision.ts';
import { askedFor, isInjected } from './admission.ts';
import { endpointsMissing, foreignEndpoints, liveServices } from './endpoint-guardrails.ts';
import { servicesToWatch } from './live-services.ts';
import { type Memory, restartsOf, testedFromMs } from './memory.ts';
import { imagesNotFixed } from './mutable-images.ts';
import { condition, isReady } from './pod-facts.ts';
import { livePods } from './revision.ts';

/** What a guardrail read at the end of the tests; `value` is undefined where it could not be evaluated. */
export type Reading = { name: string; limit: number; value: number | undefined; note: string };

export type GuardrailInput = {
  plan: Plan;
  revision: Revision;
  jobUid: string;
  /** The last read, which `memory` has seen. */
  seen: Observation;
  memory: Memory;
};

export type Measured =
  /** `finding` is why the gate closes when the value is above the limit. */
  { value: number; finding: () => Finding } | { value: 0 } | { unknown: string };

type Guardrail = {
  name: string;
  /** Closes when the value is above it. */
  limit: number;
  /** It takes a right that the gate can do without: what is not permitted to be read counts neither for nor against. */
  optional?: true;
  isOn?: (input: GuardrailInput) => boolean;
  measure: (input: GuardrailInput) => Measured;
};

const LIVE_SERVICES = 'Live Services that do not send to the new revision alone';

/**
 * What has to hold for the SUT until its tests are over. As in an AnalysisRun with failureLimit 0; but where Argo
 * Rollouts tolerates four errors in a row by default, here the first measurement that cannot be made closes the gate.
 */
export const GUARDRAILS: readonly Guardrail[] = [
  { name: 'Restarts during the tests', limit: 0, measure: restarts },
  { name: 'Pods that lost their readiness during the tests', limit: 0, measure: readiness },
  {
    name: 'Containers without one known image',
    limit: 0,
    isOn: ({ plan }) => plan.options.mutableImages === 'refuse',
    measure: images,
  },
  { name: 'Tested pods without a ready endpoint', limit: 0, optional: true, measure: endpointsMissing },
  { name: 'Endpoints that are of another revision', limit: 0, optional: true, measure: foreignEndpoints },
  {
    name: LIVE_SERVICES,
    limit: 0,
    optional: true,
    isOn: ({ plan }) => servicesToWatch(plan).length > 0,
    measure: liveServices,
  },
];

/** Every guardrail once, and the first that closes the gate. */
export function readGuardrails(
  input: GuardrailInput,
  guardrails: readonly Guardrail[] = GUARDRAILS,
): { readings: readonly Reading[]; broken: Finding | undefined } {
  const read = guardrails
    .filter(({ isOn }) => isOn?.(input) !== false)
    .map((guardrail) => ({ guardrail, measured: guardrail.measure(input) }));
  const broken = read.map(({ guardrail, measured }) => problemOf(guardrail, measured, input));
  return {
    readings: read.map(({ guardrail, measured }) => readingOf(guardrail, measured)),
    broken: broken.find((finding) => finding !== undefined),
  };
}

/** After a promotion: what the guardrails of the tests could not see yet. undefined where no live Service is watched. */
export function readLiveServices(input: Pick<GuardrailInput, 'seen' | 'plan' | 'revision'>): Reading | undefined {
  return servicesToWatch(input.plan).length === 0
    ? undefined
    : readingOf({ name: LIVE_SERVICES, limit: 0 }, liveServices(input));
}

function readingOf({ name, limit }: Pick<Guardrail, 'name' | 'limit'>, measured: Measured): Reading {
  return 'unknown' in measured
    ? { name, limit, value: undefined, note: `not evaluated: ${measured.unknown}` }
    : { name, limit, value: measured.value, note: '' };
}

function problemOf(
  { name, limit, optional }: Guardrail,
  measured: Measured,
  input: GuardrailInput,
): Finding | undefined {
  if ('finding' in measured) return measured.value > limit ? measured.finding() : undefined;
  if ('value' in measured) return undefined;
  if (optional === true) return undefined;
  const details = [{ label: FACT.guardrail, value: name }];
  const object = `deployment/${input.revision.deploymentName}`;
  return { cause: 'GuardrailNotEvaluated', evidence: { object, message: measured.unknown, details } };
}

/** The tested pods as the last read shows them; undefined when one is missing there. */
function testedPods({ revision, seen }: GuardrailInput): readonly Pod[] | undefined {
  if (seen.reads.sutPods.state !== 'current') return undefined;
  const pods = seen.sutPods.filter(({ meta }) => revision.podUids.includes(meta.uid));
  return pods.length === 0 || pods.length < revision.podUids.length ? undefined : pods;
}

const NOT_ALL_SEEN = { unknown: 'the last read does not show all tested pods' };

function restarts(input: GuardrailInput): Measured {
  const { memory, revision } = input;
  const pods = testedPods(input);
  if (pods === undefined) return NOT_ALL_SEEN;
  const value = pods.reduce((sum, pod) => sum + restartsOf(memory, pod), 0) - revision.restarts;
  const details = [{ label: FACT.restarts, value: `${value}` }];
  const object = `deployment/${revision.deploymentName}`;
  return { value, finding: () => ({ cause: 'SutRestarted', evidence: { object, details } }) };
}

/** The time at which a pod became ready tells a loss that no watch has shown; without it nobody can know. */
function readiness(input: GuardrailInput): Measured {
  const { memory, jobUid } = input;
  const pods = testedPods(input);
  if (pods === undefined) return NOT_ALL_SEEN;
  const undated = pods.find(({ conditions }) => condition(conditions, 'Ready')?.lastTransitionTimeMs === undefined);
  if (undated !== undefined) return { unknown: `pod ${undated.meta.name} does not say since when it is ready` };
  const fromMs = testedFromMs(memory, jobUid);
  const lost = pods.filter((pod) => {
    const lostAtMs = memory.pods.get(pod.meta.uid)?.lostReadyAtMs;
    return !isReady(pod) || (lostAtMs !== undefined && lostAtMs >= fromMs);
  });
  const object = `pod/${lost[0]?.meta.name ?? ''}`;
  return { value: lost.length, finding: () => ({ cause: 'SutRestarted', evidence: { object, reason: 'NotReady' } }) };
}

/** Also of pods that an autoscaler added meanwhile: they have pulled later than the tested ones. */
function images({ plan, seen, revision }: GuardrailInput): Measured {
  const pods = livePods(seen.sutPods, revision.replicaSetUid);
  const asked = askedFor('sut', plan, seen);
  const silent = pods
    .filter(isReady)
    .flatMap(({ containers }) => containers.filter((one) => one.imageID === '' && !isInjected(asked, one)));
  const [unnamed] = silent;
  if (unnamed !== undefined) return { unknown: `container ${unnamed.name} does not say which image it runs` };
  const found = imagesNotFixed(seen.deployment, pods, asked);
  const [first] = found;
  return {
    value: found.length,
    finding: () =>
      first ?? { cause: 'EvidenceContradicts', evidence: { object: `deployment/${revision.deploymentName}` } },
  };
}
