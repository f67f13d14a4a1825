import { type Json, isObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Program } from '../model/program.ts';
import { textAt } from './fields.ts';

/** Filled in by the API server where the manifest leaves them out, or without a say in where a value comes from. */
const DEFAULTED = ['apiVersion', 'divisor', 'optional'];

/** What the spec of a container says that it runs: of a pod, or of the template that the pod was made from. */
export function parseProgram(container: unknown): Program {
  return {
    command: listAt(container, 'command').map(String),
    args: listAt(container, 'args').map(String),
    workingDir: textAt(container, 'workingDir'),
    // Of two with one name, the last one counts (EnvVar in core/v1).
    env: new Map(listAt(container, 'env').map((variable) => [textAt(variable, 'name'), sourceOf(variable)])),
  };
}

/** Equal texts mean the same value, or one from the same place. */
function sourceOf(variable: Json): string {
  const from = Object.entries(objectAt(variable, 'valueFrom')).filter(([, source]) => isObject(source));
  if (from.length === 0) return JSON.stringify(stringAt(variable, 'value') ?? '');
  return from
    .map(([kind, source]) => {
      const fields = Object.entries(objectAt({ source }, 'source')).filter(([key]) => !DEFAULTED.includes(key));
      return `${kind} ${JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    })
    .join();
}
