import { numberAt } from '../model/json.ts';
import type { ClusterEvent } from '../model/seen.ts';
import { instantAt, parseMeta, textAt } from './fields.ts';

/** `spec.containers{web}`, as the kubelet names a container in its events. */
const FIELD_PATH = /^spec\.(?:initContainers|containers)\{([^{}]+)\}$/;

/**
 * A core/v1 Event; undefined without name or UID. Writers of the events.k8s.io API fill `series` and `eventTime` and
 * leave `count` and `lastTimestamp` empty, so both forms are read.
 */
export function parseEvent(json: unknown): ClusterEvent | undefined {
  const meta = parseMeta(json);
  if (meta === undefined) return undefined;
  const [, container] = FIELD_PATH.exec(textAt(json, 'involvedObject', 'fieldPath')) ?? [];
  return {
    meta,
    type: textAt(json, 'type'),
    reason: textAt(json, 'reason'),
    message: textAt(json, 'message'),
    count: Math.max(1, numberAt(json, 'series', 'count') ?? numberAt(json, 'count') ?? 1),
    involved: {
      kind: textAt(json, 'involvedObject', 'kind'),
      name: textAt(json, 'involvedObject', 'name'),
      uid: textAt(json, 'involvedObject', 'uid'),
      ...(container === undefined ? {} : { container }),
    },
    lastSeenMs:
      instantAt(json, 'series', 'lastObservedTime') ??
      instantAt(json, 'lastTimestamp') ??
      instantAt(json, 'eventTime') ??
      instantAt(json, 'firstTimestamp'),
  };
}
