import type { JsonObject } from '../model/json.ts';

export const RUN_LABEL = 'testcar-gate/run';
export const ROLE_LABEL = 'testcar-gate/role';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const MANAGED_BY = 'testcar-gate';
export const SPEC_HASH_ANNOTATION = 'testcar-gate/spec-hash';
export const PIPELINE_RUN_ANNOTATION = 'testcar-gate/pipeline-run';
/** On the Job: UID of the ReplicaSet that it tests. */
export const REVISION_ANNOTATION = 'testcar-gate/revision';

/** `control`: testcar's second run, against the stable revision. */
export type Role = 'sut' | 'testcar' | 'control';
export type Labels = Readonly<Record<string, string>>;

/** Hex SHA-256 of a text; given from outside because core has no crypto. */
export type Hash = (text: string) => string;

/**
 * Pods of a Job or Deployment get up to 11 and 17 characters after its name, and their names end up in labels of 63
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names).
 */
const MAX_RUN_ID = 52;
const HASH_DIGITS = 10;
const INFIX = '-tcg-';

/** Deterministic, so that a repeated try of the same attempt finds what an interrupted one left. */
export function runIdFor(
  run: { pipelineRun: string; attempt: string; namespace: string; sut: string; specHash: string },
  hash: Hash,
): string {
  const identity = JSON.stringify([run.pipelineRun, run.attempt, run.namespace, run.sut, run.specHash]);
  const room = MAX_RUN_ID - INFIX.length - HASH_DIGITS;
  // A Service has this name too, and names of Services start with a letter (RFC 1035).
  const letters = run.sut.replaceAll('.', '-');
  const base = (/^[a-z]/.test(letters) ? letters : `s-${letters}`).slice(0, room).replace(/-+$/, '');
  return `${base}${INFIX}${hash(identity).slice(0, HASH_DIGITS)}`;
}

/** Labels of everything that the gate makes for this run. */
export function runLabels(runId: string): Labels {
  return { [MANAGED_BY_LABEL]: MANAGED_BY, [RUN_LABEL]: runId };
}

/** The labels by which the pods of one role are selected. */
export function roleLabels(runId: string, role: Role): Labels {
  return { [RUN_LABEL]: runId, [ROLE_LABEL]: role };
}

export function runAnnotations(run: { specHash: string; pipelineRun: string }): Labels {
  return { [SPEC_HASH_ANNOTATION]: run.specHash, [PIPELINE_RUN_ANNOTATION]: run.pipelineRun };
}

/** A label selector as the API takes it in a query. */
export function selectorText(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Annotations and labels by which other tools find "their" objects; a copy that has them would be pruned or adopted. */
const OWNED_BY_TOOLS = [
  'argocd.argoproj.io/',
  'deployment.kubernetes.io/',
  'fluxcd.io/',
  'helm.sh/',
  'helm.toolkit.fluxcd.io/',
  'kapp.k14s.io/',
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/',
  'meta.helm.sh/',
  'objectset.rio.cattle.io/',
];
/** Argo CD finds the objects of an application by this label unless told otherwise, and prunes those not in Git. */
const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/**
 * `metadata` of a temporary copy: labels and annotations of the original without the marks of other tools, and nothing
 * that the server wrote.
 */
export function temporaryMetadata(
  original: { labels: Labels; annotations: Labels },
  copy: { name: string; namespace: string; labels: Labels; annotations: Labels },
): JsonObject {
  const labels = withoutToolMarks(original.labels);
  const instance = labels[INSTANCE_LABEL] === undefined ? {} : { [INSTANCE_LABEL]: copy.name };
  return {
    name: copy.name,
    namespace: copy.namespace,
    labels: { ...labels, ...instance, ...copy.labels },
    annotations: { ...withoutToolMarks(original.annotations), ...copy.annotations },
  };
}

function withoutToolMarks(map: Labels): Labels {
  return Object.fromEntries(
    Object.entries(map).filter(([key]) => !OWNED_BY_TOOLS.some((mark) => key.startsWith(mark))),
  );
}
