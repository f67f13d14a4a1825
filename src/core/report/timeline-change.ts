import { shorten } from '../causes/quote.ts';
import type { Condition, Job, Pod } from '../model/seen.ts';

/** One change. `object` is worded like that of an `Evidence` (`pod/web-1`), so that the two can be joined. */
export type TimelineEntry = {
  atMs: number;
  about: 'sut' | 'testcar' | 'node' | 'cluster';
  object: string;
  container?: string;
  text: string;
  /** As it has to be in every good run; never what decided. */
  routine?: true;
};

export type Change = Omit<TimelineEntry, 'atMs'>;

const MESSAGE_CHARS = 240;

type WithConditions = { conditions: readonly Condition[] };

/** The condition when it has this status now and had not before. */
export function turned(
  before: WithConditions | undefined,
  now: WithConditions,
  type: string,
  status: Condition['status'],
): readonly Condition[] {
  const had = before?.conditions.some((old) => old.type === type && old.status === status) ?? false;
  return had ? [] : now.conditions.filter((one) => one.type === type && one.status === status).slice(0, 1);
}

export function isGoing(object: Pod | Job | undefined): boolean {
  return object?.meta.deletionTimestampMs !== undefined;
}

export function inWords({ reason, message }: { reason: string; message: string }): string {
  return (reason === '' ? '' : ` (${shown(reason)})`) + colon(message);
}

export function colon(message: string): string {
  return message === '' ? '' : `: ${shorten(message, MESSAGE_CHARS)}`;
}

export function shown(name: string): string {
  return shorten(name, MESSAGE_CHARS);
}
