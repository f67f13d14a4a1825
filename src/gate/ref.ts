import type { SentObject } from '../core/judge/api-finding.ts';
import type { JsonObject } from '../core/model/json.ts';
import { numberAt, stringAt } from '../core/model/json.ts';
import type { ObjectRef } from '../ports.ts';

/** The reference of a manifest that was checked before (`toSutManifests`, `makePlan`): a missing field is a bug of ours. */
export function refOf(object: JsonObject): ObjectRef {
  return {
    apiVersion: required(object, 'apiVersion'),
    kind: required(object, 'kind'),
    namespace: required(object, 'metadata', 'namespace'),
    name: required(object, 'metadata', 'name'),
  };
}

/** The object as findings name it, with the party whose trouble it is when the API server refuses it. */
export function sent(object: JsonObject, party: SentObject['party']): SentObject {
  const { kind, name } = refOf(object);
  return { object: `${kind.toLowerCase()}/${name}`, party };
}

export function uidOf(object: JsonObject): string {
  return required(object, 'metadata', 'uid');
}

/** `metadata.generation` of a stored object that has one by its kind. */
export function generationOf(object: JsonObject): number {
  const generation = numberAt(object, 'metadata', 'generation');
  if (generation === undefined) throw new Error('object without metadata.generation');
  return generation;
}

function required(object: JsonObject, ...path: readonly string[]): string {
  const value = stringAt(object, ...path);
  if (value === undefined) throw new Error(`object without ${path.join('.')}`);
  return value;
}
