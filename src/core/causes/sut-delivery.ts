import type { Evidence } from '../model/evidence.ts';
import type { CauseSpec } from './cause.ts';
import { CONFIG_IMPACT, SUT_IMPACT } from './impact.ts';
import { recovery } from './recovery.ts';
import { FACT, fact, factAfter, facts, imageName, place, sentence } from './wording.ts';

const NOT_READY = { class: 'SUT_NOT_READY', section: 'sut', graceMs: 0 } as const;
const CONFIG = { class: 'CONFIG_ERROR', section: 'testcar', graceMs: 0 } as const;

function notFixed(e: Evidence): string {
  switch (e.reason) {
    case 'PodsDiffer':
      return `The pods run several images under one reference: container ${e.container ?? ''}, ${imageName(e)}${factAfter(': ', e, FACT.found)}`;
    case 'NotOfTemplate':
      return `${sentence(place(e))} does not run the image that the Deployment names${factAfter(': expected ', e, FACT.expected)}${factAfter(', found ', e, FACT.found)}`;
    default:
      return `${sentence(place(e))} runs ${imageName(e)}, which can be another image at every pull`;
  }
}

/** What is delivered is not one known revision. */
export const SUT_DELIVERY_CAUSES = {
  SutImagesNotFixed: {
    ...NOT_READY,
    title: 'The pods do not run one known image',
    headline: notFixed,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'revision', 'fixedRevision'),
      option: 'mutableImages',
      remediation: (e) => [
        e.reason === 'NotOfTemplate'
          ? 'Find the admission webhook that puts another image into the pods, and make it keep tag or digest.'
          : e.reason === 'PodsDiffer'
            ? 'The tag was pushed again between two pulls: give every build a tag of its own, or name the image by digest.'
            : 'Name the image by a tag of its own or by digest; if the Deployment does not name this container, a webhook injects it.',
        'Tests of such pods say nothing about the next one: which image it pulls is not known.',
        'If that is intended, set mutableImages to allow.',
      ],
    },
  },
  SutNoNewRevision: {
    ...NOT_READY,
    title: 'There is no new revision to test',
    headline: (e) =>
      `The manifests changed nothing in ${place(e)}: its pods run what they ran before${factAfter(' (', e, FACT.found)}${fact(e, FACT.found) === undefined ? '' : ')'}`,
    entry: {
      ...SUT_IMPACT,
      ...recovery('sut', 'revision', 'nextRun'),
      technicalImpact:
        'The gate fails the build, because nothing new was deployed: tests would only repeat what is known of the old revision.',
      option: 'unchanged',
      remediation: () => [
        'A tag that was pushed again brings no new pods: give every build a tag of its own, or name the image by digest.',
        'Check that the step before really wrote the new image into the manifests.',
        'If a run without change is intended (a re-run of a green pipeline), set unchanged to allow.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;

/** Wrong in the manifests alone, so nothing is deployed. */
export const SUT_MANIFEST_CAUSES = {
  SutImageMutable: {
    ...CONFIG,
    title: 'Image of the system under test has no fixed version',
    headline: (e) => `${sentence(place(e))} names ${imageName(e)}, which can be another image at every pull`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'deployments', 'nextRun'),
      option: 'mutableImages',
      remediation: () => [
        'Name the image by digest (name@sha256:…), or by a tag that is pushed once and never again.',
        'Init containers and sidecars count too: what they pull tomorrow was not tested today.',
        'If that is intended, set mutableImages to allow.',
      ],
    },
  },
  SutServiceSelectsNothing: {
    ...CONFIG,
    title: 'Service selects none of the pods of the system under test',
    headline: (e) =>
      `${sentence(place(e))} selects none of the pods of ${fact(e, FACT.expected) ?? 'the Deployment'}${facts(e, FACT.found) === '' ? '' : `: it asks for ${facts(e, FACT.found)}`}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'dryRun', 'nextRun'),
      technicalImpact:
        'The gate stopped before it deployed anything: behind this Service nobody would answer, however good the new revision is.',
      remediation: () => [
        'Make spec.selector of the Service and the labels of spec.template.metadata equal, label by label.',
        'If the Service is for other pods, bring their workload in the same manifests, or take the Service out of them.',
      ],
    },
  },
  SutServicePortMissing: {
    ...CONFIG,
    title: 'Service sends to a port name that no container has',
    headline: (e) =>
      `${sentence(place(e))} sends to the port named ${fact(e, FACT.expected) ?? 'in targetPort'}, which no container of the pods that it selects has${factAfter('; they have ', e, FACT.found)}`,
    entry: {
      ...CONFIG_IMPACT,
      ...recovery('input', 'dryRun', 'nextRun'),
      technicalImpact:
        'The gate stopped before it deployed anything: this Service would have no endpoint, however good the new revision is.',
      remediation: () => [
        'Give the port of the container this name, or correct targetPort of the Service; a number works as well.',
        'Kubernetes accepts such a Service and leaves it without endpoints in silence.',
      ],
    },
  },
} as const satisfies Record<string, CauseSpec>;
