import { type JsonObject, numberAt } from '../core/model/json.ts';
import type { Objects } from '../ports.ts';
import { refOf, sent } from './ref.ts';
import { type Step, closedBy, done } from './step.ts';

/** An object that was changed for good, and how it was before; undefined = it did not exist. */
export type Changed = { object: JsonObject; before: JsonObject | undefined };

/** `unchanged`: it was already so, and kept its `metadata.generation`; never true of a kind that has none. */
export type Applied = { value: JsonObject; unchanged: boolean };

/** Applies one object of the SUT. `changed` notes how it was before the apply is sent, so that it can be put back. */
export async function applyNoting(
  object: JsonObject,
  doing: 'applying' | 'promoting',
  objects: Objects,
  changed: Changed[],
): Promise<Step<Applied>> {
  const ref = refOf(object);
  const before = await objects.get(ref);
  if (!before.ok && before.error.kind !== 'not-found')
    return closedBy(before.error, `reading ${ref.kind} ${ref.name}`, 'running');
  changed.push({ object, before: before.ok ? before.value : undefined });
  const applied = await objects.apply(object, { dryRun: false });
  if (!applied.ok) return closedBy(applied.error, `${doing} ${ref.kind} ${ref.name}`, 'running', sent(object, 'sut'));
  return done({ value: applied.value, unchanged: before.ok && isSameGeneration(before.value, applied.value) });
}

/** Kinds without a specification that a controller follows (Service, ConfigMap, Secret) have no generation. */
function isSameGeneration(a: JsonObject, b: JsonObject): boolean {
  const generation = numberAt(a, 'metadata', 'generation');
  return generation !== undefined && generation === numberAt(b, 'metadata', 'generation');
}
