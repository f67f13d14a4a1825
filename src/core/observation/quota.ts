import { stringMapAt } from '../model/json.ts';
import type { ResourceQuota } from '../model/surroundings.ts';
import { parseMeta } from './fields.ts';

/** A core/v1 ResourceQuota; undefined without name or UID. `status.hard` is what is enforced, `spec.hard` what is wished. */
export function parseQuota(json: unknown): ResourceQuota | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return { meta, hard: stringMapAt(json, 'status', 'hard'), used: stringMapAt(json, 'status', 'used') };
}
