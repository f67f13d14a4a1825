import { type JsonObject, stringAt } from '../model/json.ts';

/** What others refer to comes first, so that no pod starts before its configuration is there. */
const FIRST = ['ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap', 'Secret', 'PersistentVolumeClaim'];

/** Order of applying: configuration, then Services and everything else, the Deployment last. Else as in the files. */
export function inApplyOrder(objects: readonly JsonObject[]): readonly JsonObject[] {
  return [...objects].sort((left, right) => rank(left) - rank(right));
}

function rank(object: JsonObject): number {
  const kind = stringAt(object, 'kind') ?? '';
  if (FIRST.includes(kind)) return 0;
  return kind === 'Deployment' ? 2 : 1;
}
