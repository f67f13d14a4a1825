import type { ClusterEvent, Pod } from '../../model/seen.ts';
import type { RuleContext } from './rule.ts';

type Seen = Pick<RuleContext, 'seen'>;

export function eventsOf({ seen }: Seen, pod: Pod, reasons: readonly string[]): readonly ClusterEvent[] {
  return seen.events.filter((event) => event.involved.uid === pod.meta.uid && reasons.includes(event.reason));
}

export function eventOf(ctx: Seen, pod: Pod, reason: string): ClusterEvent | undefined {
  return eventsOf(ctx, pod, [reason])[0];
}

/** Compared are times of one writer, so its clock does not matter. */
export function newestOf(events: readonly ClusterEvent[]): ClusterEvent | undefined {
  return events.reduce<ClusterEvent | undefined>(
    (newest, event) => (newest === undefined || (event.lastSeenMs ?? 0) >= (newest.lastSeenMs ?? 0) ? event : newest),
    undefined,
  );
}
