import { nearest } from '../core/options/nearest.ts';
import type { RawInputs } from '../core/options/options.ts';

/**
 * INPUT_* that no input has but that look like one. Both pipeline products ignore an unknown input or only warn, and a
 * gate must not run with the default of what somebody meant to set. Other INPUT_* are a pipeline's own variables.
 */
export function misspeltInputs(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): RawInputs {
  const known = new Set(names.map((name) => name.toUpperCase()));
  const found: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    const name = key.startsWith('INPUT_') ? key.slice('INPUT_'.length) : '';
    if (name === '' || known.has(name.toUpperCase()) || value === undefined || value === '') continue;
    if (nearest(name, names) !== undefined) found[name.toLowerCase()] = value;
  }
  return found;
}
