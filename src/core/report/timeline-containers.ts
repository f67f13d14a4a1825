import { type Terminated, lastEnd } from '../judge/pod-facts.ts';
import { IMAGE_PULL_REASONS } from '../judge/sightings.ts';
import type { Container } from '../model/seen.ts';

/** `message` is hostile and of any length. */
export type ContainerChange = { container: string; text: string; message: string; routine?: true };

/** What every container waits for at first, and what follows an end that is told by itself. */
const NOT_WORTH_TELLING = new Set(['', 'ContainerCreating', 'PodInitializing', 'CrashLoopBackOff']);

/** `before` is empty for a pod that was not seen before. */
export function containerChanges(before: readonly Container[], now: readonly Container[]): readonly ContainerChange[] {
  return now.flatMap((container) => {
    const old = before.find(({ name }) => name === container.name);
    const change = started(old, container) ?? ended(old, container) ?? waits(old, container);
    return change === undefined ? [] : [{ container: container.name, ...change }];
  });
}

type Told = Omit<ContainerChange, 'container'> | undefined;

/** Only the first start: later ones are told by their restarts. */
function started(before: Container | undefined, now: Container): Told {
  const fresh = now.state.kind === 'running' && now.restartCount === 0 && before?.state.kind !== 'running';
  return fresh ? { text: 'started', message: '', routine: true } : undefined;
}

function ended(before: Container | undefined, now: Container): Told {
  const end = lastEnd(now);
  const restarts = now.restartCount > (before?.restartCount ?? 0) ? `restart ${now.restartCount}` : '';
  const isNew = end !== undefined && !isSame(before === undefined ? undefined : lastEnd(before), end);
  if (!isNew) return restarts === '' ? undefined : { text: restarts, message: '' };
  const how = `${end.reason === '' ? 'ended' : end.reason} (exit ${end.exitCode})`;
  return { text: restarts === '' ? how : `${how}, ${restarts}`, message: end.message };
}

function isSame(before: Terminated | undefined, now: Terminated): boolean {
  return before?.finishedAtMs === now.finishedAtMs && before?.exitCode === now.exitCode && before.reason === now.reason;
}

function waits(before: Container | undefined, now: Container): Told {
  if (now.state.kind !== 'waiting' || NOT_WORTH_TELLING.has(now.state.reason)) return undefined;
  const { reason, message } = now.state;
  const was = before?.state.kind === 'waiting' ? before.state.reason : undefined;
  if (was !== undefined && troubleOf(was) === troubleOf(reason)) return undefined;
  return { text: IMAGE_PULL_REASONS.has(reason) ? `image pull failed (${reason})` : `waits (${reason})`, message };
}

/** The kubelet alternates between the reasons of one trouble. */
function troubleOf(reason: string): string {
  return IMAGE_PULL_REASONS.has(reason) ? 'image' : reason;
}
