import { listAt, stringAt } from '../model/json.ts';
import type { Pod } from '../model/seen.ts';
import { parseContainers } from './container.ts';
import { nonEmpty, parseConditions, parseMeta, textAt } from './fields.ts';
import { parseIndex } from './indexes.ts';

/** The Job controller writes it at the pod's creation. */
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';

/** A core/v1 Pod; undefined without name or UID. */
export function parsePod(json: unknown): Pod | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    phase: phaseOf(stringAt(json, 'status', 'phase')),
    reason: textAt(json, 'status', 'reason'),
    message: textAt(json, 'status', 'message'),
    nodeName: nonEmpty(stringAt(json, 'spec', 'nodeName')),
    podIP: nonEmpty(stringAt(json, 'status', 'podIP')),
    conditions: parseConditions(json),
    containers: parseContainers(json),
    ephemeralContainers: listAt(json, 'spec', 'ephemeralContainers').map((container) => textAt(container, 'name')),
    claims: listAt(json, 'spec', 'volumes').flatMap(
      (volume) => nonEmpty(stringAt(volume, 'persistentVolumeClaim', 'claimName')) ?? [],
    ),
    completionIndex: parseIndex(meta.annotations[COMPLETION_INDEX]),
  };
}

function phaseOf(phase: string | undefined): Pod['phase'] {
  switch (phase) {
    case 'Pending':
    case 'Running':
    case 'Succeeded':
    case 'Failed':
      return phase;
    default:
      return 'Unknown';
  }
}
