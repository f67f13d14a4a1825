import { type JsonObject, isObject, objectAt } from '../model/json.ts';
import type { Options } from '../options/options.ts';
import { canonicalJson } from './canonical.ts';
import type { Hash } from './naming.ts';
import type { SutManifests } from './plan.ts';

/** Options that change what runs in the cluster, as opposed to how it is judged or shown. */
const OPTIONS_THAT_COUNT = [
  'mode',
  'deployment',
  'expectImage',
  'previewReplicas',
  'sutPort',
  'sutScheme',
  'reach',
  'reachPath',
  'reachTimeoutMs',
  'testcarContainer',
  'serviceAccount',
  'testTimeoutMs',
  'resultsDir',
  'courierImage',
] as const satisfies readonly (keyof Options)[];

/** Hash over all that this run deploys. Values of Secrets stay out: the hash is readable in an annotation. */
export function specHashOf(
  input: { options: Options; manifests: SutManifests | undefined; testcarJob: JsonObject },
  hash: Hash,
): string {
  const { options, manifests, testcarJob } = input;
  const chosen = Object.fromEntries(OPTIONS_THAT_COUNT.map((name) => [name, options[name]]));
  const sut = manifests === undefined ? null : [manifests.deployment, ...manifests.others].map(withoutSecretValues);
  return hash(canonicalJson({ options: chosen, sut, testcar: testcarJob }));
}

function withoutSecretValues(object: JsonObject): JsonObject {
  if (object['kind'] !== 'Secret') return object;
  const names = (field: string): readonly string[] => Object.keys(objectAt(object, field));
  const { data, stringData, ...rest } = object;
  return {
    ...rest,
    ...(isObject(data) ? { data: names('data') } : {}),
    ...(isObject(stringData) ? { stringData: names('stringData') } : {}),
  };
}
