import { type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { PlanInput } from './make-plan.ts';
import { referencesOf } from './references.ts';

/** Secrets whose values the pods of a run may know. */
export type SecretReferences = {
  /** Come with the manifests: their values are known before anything is asked. */
  given: readonly JsonObject[];
  /** By name in the namespace, each once and sorted, also where a Secret of that name is given. */
  named: readonly string[];
  /** Names that the run has to say. What is also one of them is no secret: to hide it would hide what the run is about. */
  shown: ReadonlySet<string>;
};

/**
 * Of the SUT as its manifest has it, of the live one, whose logs and events may be shown too, and of testcar. A given
 * Secret may be in the namespace already, with older values and with keys that the manifest does not name.
 */
export function secretReferences(
  input: Pick<PlanInput, 'namespace' | 'manifests' | 'liveDeployment' | 'testcarJob'>,
): SecretReferences {
  const { namespace, manifests, liveDeployment, testcarJob } = input;
  const named = new Set<string>();
  const shown = new Set([namespace]);
  const show = (object: unknown): void => {
    const name = stringAt(object, 'metadata', 'name') ?? stringAt(object, 'name');
    if (name !== undefined) shown.add(name);
  };
  for (const workload of [manifests?.deployment, liveDeployment, testcarJob]) {
    const podSpec = objectAt(workload, 'spec', 'template', 'spec');
    for (const reference of referencesOf(podSpec)) {
      const [kind, name = ''] = reference.split('/', 2);
      if (kind === 'Secret' && name !== '') named.add(name);
    }
    show(workload);
    for (const container of [...listAt(podSpec, 'containers'), ...listAt(podSpec, 'initContainers')]) show(container);
  }
  const others = manifests?.others ?? [];
  for (const object of others) show(object);
  for (const name of named) shown.add(name);
  return {
    given: others.filter((object) => stringAt(object, 'kind') === 'Secret'),
    named: [...named].sort(),
    shown,
  };
}
