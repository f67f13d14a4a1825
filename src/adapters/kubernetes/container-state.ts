import { type JsonObject, at, listAt, numberAt, stringAt } from '../../core/model/json.ts';

/** One instance of a container, as far as reading its log is concerned: can there be more of it, and under which name? */
export type InstanceState =
  | 'waiting'
  | 'running'
  | 'ended'
  /** The next instance has begun; the node gives this one as `previous`. */
  | 'replaced'
  /** The node keeps one instance before the current one, and this one is older. */
  | 'gone'
  | 'never-started'
  | 'unknown';

const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

/** `restart` is the instance's `restartCount`. */
export function instanceStateOf(pod: JsonObject, container: string, restart: number): InstanceState {
  const status = STATUS_LISTS.flatMap((list) => listAt(pod, 'status', list)).find(
    (candidate) => stringAt(candidate, 'name') === container,
  );
  const newer = (numberAt(status, 'restartCount') ?? 0) - restart;
  if (newer > 1) return 'gone';
  if (newer === 1) return 'replaced';
  const phase = stringAt(pod, 'status', 'phase');
  const isOver = phase === 'Failed' || phase === 'Succeeded';
  // This answer is older than what the caller has seen.
  if (newer < 0) return isOver ? 'never-started' : 'waiting';
  if (at(status, 'state', 'terminated') !== undefined) return 'ended';
  if (at(status, 'state', 'running') !== undefined) return 'running';
  // Between two starts (CrashLoopBackOff) the log is that of the instance that has ended.
  if (at(status, 'lastState', 'terminated') !== undefined) return 'ended';
  if (isOver) return 'never-started';
  return at(status, 'state', 'waiting') !== undefined || phase === 'Pending' ? 'waiting' : 'unknown';
}
