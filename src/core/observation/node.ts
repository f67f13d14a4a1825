import { booleanAt, listAt } from '../model/json.ts';
import type { Node } from '../model/surroundings.ts';
import { parseConditions, parseMeta, textAt } from './fields.ts';

/** A core/v1 Node; undefined without name or UID. */
export function parseNode(json: unknown): Node | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    conditions: parseConditions(json),
    unschedulable: booleanAt(json, 'spec', 'unschedulable') === true,
    taints: listAt(json, 'spec', 'taints').flatMap((taint) => {
      const key = textAt(taint, 'key');
      return key === '' ? [] : [{ key, effect: textAt(taint, 'effect') }];
    }),
  };
}
