import { stringAt } from '../model/json.ts';
import type { PersistentVolumeClaim } from '../model/surroundings.ts';
import { nonEmpty, parseMeta } from './fields.ts';

/** A core/v1 PersistentVolumeClaim; undefined without name or UID. */
export function parseClaim(json: unknown): PersistentVolumeClaim | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    phase: phaseOf(stringAt(json, 'status', 'phase')),
    // An empty name is a word of its own: no class at all, not even the default one.
    storageClassName: stringAt(json, 'spec', 'storageClassName'),
    volumeName: nonEmpty(stringAt(json, 'spec', 'volumeName')),
  };
}

function phaseOf(phase: string | undefined): PersistentVolumeClaim['phase'] {
  return phase === 'Pending' || phase === 'Bound' || phase === 'Lost' ? phase : 'Unknown';
}
