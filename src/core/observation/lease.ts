import { numberAt } from '../model/json.ts';
import type { Lease } from '../model/surroundings.ts';
import { instantAt, parseMeta } from './fields.ts';

/** A coordination.k8s.io/v1 Lease; undefined without name or UID. `renewTime` has microseconds, which do not matter. */
export function parseLease(json: unknown): Lease | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    renewTimeMs: instantAt(json, 'spec', 'renewTime'),
    leaseDurationSeconds: numberAt(json, 'spec', 'leaseDurationSeconds'),
  };
}
