import { COURIER_NAME } from '../core/courier/containers.ts';
import type { Container, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { LogInstance } from '../ports.ts';

/** One start of a container, and what its lines are marked with. */
export type Instance = { key: string; podUid: string; source: LogInstance; mark: string; isTest: boolean };

/** Every instance of the pod's containers of which there can be a log, the test container first. The courier's is not for people. */
export function instancesOf(pod: Pod, plan: Plan): readonly Instance[] {
  const isTest = ({ name }: Container): boolean => name === plan.testcarContainer;
  const read = pod.containers.filter(({ name }) => name !== COURIER_NAME);
  return [...read.filter(isTest), ...read.filter((container) => !isTest(container))].flatMap((container) =>
    seenOf(container).map(({ restart, ...seen }) => ({
      podUid: pod.meta.uid,
      key: `${pod.meta.uid}/${container.name}/${restart}`,
      source: { namespace: plan.namespace, pod: pod.meta.name, container: container.name, restart, ...seen },
      mark: markOf(pod, container, restart, plan),
      isTest: isTest(container),
    })),
  );
}

type Seen = Pick<LogInstance, 'restart' | 'seen' | 'startedAtMs'>;

function seenOf({ restartCount: restart, state, lastState }: Container): readonly Seen[] {
  const before = lastState.kind === 'terminated' ? lastState : undefined;
  if (state.kind !== 'running' && state.kind !== 'terminated') {
    // Between two starts: what ended last has not been replaced yet.
    return before === undefined ? [] : [{ restart, seen: 'ended', startedAtMs: before.startedAtMs }];
  }
  const { startedAtMs } = state;
  const current: Seen = { restart, startedAtMs, ...(state.kind === 'terminated' && { seen: 'ended' }) };
  if (before === undefined || restart === 0) return [current];
  return [{ restart: restart - 1, seen: 'replaced', startedAtMs: before.startedAtMs }, current];
}

function markOf({ completionIndex }: Pod, { name }: Container, restart: number, { options }: Plan): string {
  const shard = options.shards > 1 && completionIndex !== undefined ? ` ${completionIndex + 1}/${options.shards}` : '';
  return `${name}${shard}${restart === 0 ? '' : ` (restart ${restart})`}`;
}
