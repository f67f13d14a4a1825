import { type JsonObject, isObject, listAt } from '../../core/model/json.ts';

/** The items of a list carry neither kind nor apiVersion of their own. */
export function itemsOf(list: JsonObject, apiVersion: string, kind: string): JsonObject[] {
  return listAt(list, 'items').flatMap((item) => (isObject(item) ? [{ apiVersion, kind, ...item }] : []));
}
