import { booleanAt } from '../model/json.ts';
import type { Job } from '../model/seen.ts';
import { countAt, instantAt, parseConditions, parseMeta, textAt } from './fields.ts';
import { parseIndexes } from './indexes.ts';

/** A batch/v1 Job; undefined without name or UID. */
export function parseJob(json: unknown): Job | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  return {
    meta,
    conditions: parseConditions(json),
    suspend: booleanAt(json, 'spec', 'suspend') === true,
    active: countAt(json, 'status', 'active'),
    succeeded: countAt(json, 'status', 'succeeded'),
    failed: countAt(json, 'status', 'failed'),
    completedIndexes: parseIndexes(textAt(json, 'status', 'completedIndexes')),
    failedIndexes: parseIndexes(textAt(json, 'status', 'failedIndexes')),
    startTimeMs: instantAt(json, 'status', 'startTime'),
    completionTimeMs: instantAt(json, 'status', 'completionTime'),
  };
}
