import { type Json, isObject, listAt } from '../model/json.ts';

/** JSON text with sorted keys: equal values give equal texts. */
export function canonicalJson(value: Json | undefined): string {
  return JSON.stringify(sorted(value)) ?? 'null';
}

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return listAt(value).map((item) => sorted(item) ?? null);
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
