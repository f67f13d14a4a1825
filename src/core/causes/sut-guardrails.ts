import type { CauseSpec } from './cause.ts';
import { INCONCLUSIVE_IMPACT, SUT_IMPACT } from './impact.ts';
import { recovery } from './recovery.ts';
import { FACT, describeCommand, fact, factAfter, place, said, sentence } from './wording.ts';

/** https://github.com/kubernetes/kubernetes: defaultSyncBackOff in pkg/controller/endpointslice/endpointslice_controller.go. */
const AFTER_ROLL_OUT = {
  graceMs: 30_000,
  graceSource:
    'Endpoints follow a complete roll-out within moments; the EndpointSlice controller tries again after 1, 2, 4 and 8 s. Under the tests, where it is a guardrail, it counts at first sight.',
};

export const SUT_ENDPOINT_CAUSES = {
  SutNoEndpoints: {
    class: 'SUT_NOT_READY',
    section: 'sut',
    ...AFTER_ROLL_OUT,
    title: 'Ready pods that no Service reaches',
    headline: (e) =>
      `${sentence(place(e))} does not reach the pods that it selects, though they are ready: ${fact(e, FACT.found) ?? 'none'} of ${fact(e, FACT.expected) ?? 'them'} have a ready endpoint`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'reach', 'fixedRevision'),
      remediation: (e) => [
        `Look at what the Service sends to: ${describeCommand(e)}.`,
        'Endpoints are made by the EndpointSlice controller from ready pods; a readiness gate or a busy controller delays them.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

/** What the tests were run against, or what was rolled out after them, was not held to be one revision. */
export const GUARDRAIL_CAUSES = {
  EndpointsOfAnotherRevision: {
    class: 'INCONCLUSIVE',
    section: 'testcar',
    ...AFTER_ROLL_OUT,
    title: 'A Service sends to another revision too',
    headline: (e) =>
      `${sentence(place(e))} also sends to what is not the tested revision${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'revision', 'nextRun'),
      remediation: (e) => [
        `Find out who added it: a second controller, an EndpointSlice made by hand, changed labels: ${describeCommand(e)}.`,
        'If the Service is meant for other workloads too, give the system under test one of its own: what customers of a shared one meet is not known.',
        'Run the pipeline again while nobody else changes this namespace.',
      ],
    },
  },
  GuardrailNotEvaluated: {
    class: 'INCONCLUSIVE',
    section: 'testcar',
    graceMs: 0,
    title: 'A guardrail could not be evaluated',
    headline: (e) =>
      `The tests passed, but it is not known whether ${place(e)} held still under them${factAfter(' (', e, FACT.guardrail)}${fact(e, FACT.guardrail) === undefined ? '' : ')'}${said(e)}`,
    entry: {
      ...INCONCLUSIVE_IMPACT,
      ...recovery('unknown', 'revision', 'nextRun'),
      remediation: () => [
        'Look in the report under "Guardrails" for what could not be read, then run the pipeline again.',
        'If it happens again, look for what changes the status of the pods beside the kubelet: a webhook, a virtual node.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;
