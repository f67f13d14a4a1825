import { at, isObject, listAt, stringAt, stringMapAt } from '../model/json.ts';
import type { InputProblem } from '../options/options.ts';
import type { SutManifests } from '../plan/plan.ts';
import type { ManifestDocument } from './document.ts';
import { placeOf } from './document.ts';
import { type Identified, identify, problem } from './identity.ts';

export type SutManifestsRead = { ok: true; manifests: SutManifests } | { ok: false; problems: readonly InputProblem[] };

/**
 * The SUT's manifests, checked as far as the gate relies on them; unknown and wrong fields are found by the server's
 * strict dry run. `deployment` is the option of that name.
 */
export function toSutManifests(
  documents: readonly ManifestDocument[],
  run: { namespace: string; deployment: string | undefined },
): SutManifestsRead {
  const { objects, problems: identityProblems } = identify(documents, run.namespace);
  const problems = [...identityProblems];
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  const [main, ...others] = deployments;
  // While documents are unreadable, "there is no Deployment" may be wrong and would only distract.
  if (main === undefined) {
    if (identityProblems.length === 0) {
      problems.push({
        input: 'manifests',
        found: `${objects.length} objects, no Deployment`,
        expected: 'exactly one Deployment',
      });
    }
  } else if (others.length > 0) {
    const found = deployments.map(({ name, document }) => `${name} (${placeOf(document)})`).join(', ');
    problems.push({ input: 'manifests', found: `Deployments ${found}`, expected: 'exactly one Deployment' });
  } else {
    problems.push(...checkDeployment(main, run.deployment));
  }
  if (problems.length > 0 || main === undefined) return { ok: false, problems };
  const rest = objects.filter((entry) => entry !== main).map(({ object }) => object);
  return { ok: true, manifests: { deployment: main.object, others: rest } };
}

function checkDeployment({ document, object, name }: Identified, wanted: string | undefined): readonly InputProblem[] {
  const problems: InputProblem[] = [];
  const add = (found: string | undefined, expected: string): void => {
    problems.push(problem(document, found, expected));
  };
  if (stringAt(object, 'apiVersion') !== 'apps/v1')
    add(stringAt(object, 'apiVersion'), 'apiVersion apps/v1 for a Deployment');
  if (wanted !== undefined && wanted !== name)
    add(`Deployment ${name}`, `Deployment ${wanted}, the value of option deployment`);
  const matchLabels = stringMapAt(object, 'spec', 'selector', 'matchLabels');
  if (Object.keys(matchLabels).length === 0) add(undefined, 'spec.selector.matchLabels with at least one label');
  const labels = stringMapAt(object, 'spec', 'template', 'metadata', 'labels');
  for (const [key, value] of Object.entries(matchLabels)) {
    if (labels[key] === value) continue;
    const found = labels[key] === undefined ? `no label ${key}` : `label ${key}: ${labels[key]}`;
    add(`${found} in spec.template.metadata.labels`, `${key}: ${value}, as spec.selector.matchLabels says`);
  }
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  if (containers.length === 0) add(undefined, 'spec.template.spec.containers with at least one container');
  for (const container of containers) {
    if (
      !isObject(container) ||
      stringAt(container, 'name') === undefined ||
      stringAt(container, 'image') === undefined
    ) {
      add(JSON.stringify(at(container, 'name') ?? null), 'name and image on every container');
    }
  }
  return problems;
}
