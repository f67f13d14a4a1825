import { type JsonObject, at, listAt, numberAt, stringAt } from '../../core/model/json.ts';

/** As far as reading its log is concerned: can there be more of it? */
export type LogState = { state: 'waiting' | 'running' | 'ended' | 'never-started' | 'unknown'; restarts: number };

const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];

export function logStateOf(pod: JsonObject, container: string): LogState {
  const status = STATUS_LISTS.flatMap((list) => listAt(pod, 'status', list)).find(
    (candidate) => stringAt(candidate, 'name') === container,
  );
  const restarts = numberAt(status, 'restartCount') ?? 0;
  const phase = stringAt(pod, 'status', 'phase');
  if (at(status, 'state', 'terminated') !== undefined) return { state: 'ended', restarts };
  if (at(status, 'state', 'running') !== undefined) return { state: 'running', restarts };
  // Between two starts (CrashLoopBackOff) the log is that of the instance that has ended.
  if (at(status, 'lastState', 'terminated') !== undefined) return { state: 'ended', restarts };
  if (phase === 'Failed' || phase === 'Succeeded') return { state: 'never-started', restarts };
  const isWaiting = at(status, 'state', 'waiting') !== undefined || phase === 'Pending';
  return { state: isWaiting ? 'waiting' : 'unknown', restarts };
}
