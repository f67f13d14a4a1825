import { type JsonObject, objectAt, stringAt, stringMapAt } from '../model/json.ts';
import type { InputProblem } from '../options/options.ts';
import { type Hash, type Labels, roleLabels, runLabels, temporaryMetadata } from './naming.ts';
import type { SutManifests } from './plan.ts';
import { previewTemplate } from './preview-template.ts';
import { REFERENCED_KINDS, type Rename, referencesOf, renameReferences } from './references.ts';
import { type Selector, hideFrom, templateLabels } from './selectors.ts';

export type PreviewInput = {
  manifests: SutManifests;
  runId: string;
  namespace: string;
  replicas: number;
  /** Selectors that must not select the copy's pods. The first is that of the manifest's own Deployment. */
  forbidden: readonly Selector[];
  /** Pod spec of testcar: what it shares with the SUT's manifests is copied for it, too. */
  testcarPodSpec: JsonObject;
  annotations: Labels;
  hash: Hash;
};

export type Preview = {
  /** In the order of making: ConfigMaps and Secrets, then the Deployment. */
  copies: readonly JsonObject[];
  rename: Rename;
  notes: readonly string[];
  problems: readonly InputProblem[];
};

/** The SUT beside itself: a copy under temporary names that nothing in the namespace selects but the run's own Service. */
export function makePreview(input: PreviewInput): Preview {
  const { manifests, runId } = input;
  const podSpec = objectAt(manifests.deployment, 'spec', 'template', 'spec');
  const used = new Set([...referencesOf(podSpec), ...referencesOf(input.testcarPodSpec)]);
  const isCopied = (object: JsonObject): boolean =>
    REFERENCED_KINDS.some((kind) => object['kind'] === kind) && used.has(nameOf(object));
  const names = new Map(
    manifests.others
      .filter(isCopied)
      .map((object) => [nameOf(object), `${runId}-${input.hash(nameOf(object)).slice(0, 8)}`]),
  );
  const rename: Rename = (kind, name) => names.get(`${kind}/${name}`) ?? name;

  const { labels, still } = copyLabels(input);
  const { template, notes } = previewTemplate(manifests.deployment, labels, roleLabels(runId, 'sut'));
  const deployment = copyDeployment(input, { ...template, spec: renameReferences(objectAt(template, 'spec'), rename) });
  const configuration = manifests.others
    .filter(isCopied)
    .map((object) => copyOf(object, names.get(nameOf(object)) ?? '', input));
  return {
    copies: [...configuration, deployment],
    rename,
    notes: [
      ...notes,
      ...pauseNote(manifests.deployment),
      ...leftOut(
        manifests.others.filter((each) => !isCopied(each)),
        podSpec,
      ),
    ],
    problems: still.map(({ owner }) => ({
      input: 'mode',
      found: `preview, while the selector of ${owner} would select the copy whatever its labels`,
      expected: 'a selector by labels of the SUT, or mode in-place',
    })),
  };
}

/**
 * Keys of the Deployment's own selector always change, so that neither its ReplicaSets nor anything that was made after
 * its example sees the copy; further keys only where a Service would still select it.
 */
function copyLabels({ manifests, forbidden, runId }: PreviewInput): ReturnType<typeof hideFrom> {
  const own = Object.keys(stringMapAt(manifests.deployment, 'spec', 'selector', 'matchLabels'));
  const labels = {
    ...templateLabels(manifests.deployment),
    ...Object.fromEntries(own.map((key) => [key, runId])),
  };
  return hideFrom(labels, forbidden, runId, { ...runLabels(runId), ...roleLabels(runId, 'sut') });
}

function copyDeployment(input: PreviewInput, template: JsonObject): JsonObject {
  const copy = copyOf(input.manifests.deployment, input.runId, input);
  const { paused: _paused, ...spec } = objectAt(copy, 'spec');
  const selector = { matchLabels: roleLabels(input.runId, 'sut') };
  return { ...copy, spec: { ...spec, replicas: input.replicas, selector, template } };
}

function copyOf(object: JsonObject, name: string, { namespace, runId, annotations }: PreviewInput): JsonObject {
  const { status: _status, ...rest } = object;
  const original = {
    labels: stringMapAt(object, 'metadata', 'labels'),
    annotations: stringMapAt(object, 'metadata', 'annotations'),
  };
  return {
    ...rest,
    metadata: temporaryMetadata(original, {
      name,
      namespace,
      labels: { ...runLabels(runId), ...roleLabels(runId, 'sut') },
      annotations,
    }),
  };
}

function nameOf(object: JsonObject): string {
  return `${stringAt(object, 'kind') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`;
}

function pauseNote(deployment: JsonObject): readonly string[] {
  if (objectAt(deployment, 'spec')['paused'] !== true) return [];
  return ['The manifest pauses the Deployment (spec.paused); the copy is not paused.'];
}

function leftOut(others: readonly JsonObject[], podSpec: JsonObject): readonly string[] {
  const notes: string[] = [];
  const names = others.map((object) => nameOf(object).replace('/', ' '));
  if (names.length > 0) notes.push(`Not deployed before promotion: ${names.join(', ')}.`);
  const account = stringAt(podSpec, 'serviceAccountName');
  if (account !== undefined && names.includes(`ServiceAccount ${account}`)) {
    notes.push(
      `The copy runs as ServiceAccount ${account}, which must exist already: the manifest's own is applied at promotion.`,
    );
  }
  return notes;
}
