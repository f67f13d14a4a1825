import { COURIER_NAME, REACH_NAME } from '../core/courier/containers.ts';
import { completenessInWords } from '../core/model/ledger.ts';
import type { Container, Observation, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { Report } from '../core/report/report.ts';
import { clockTime } from '../core/report/time.ts';
import type { Ports } from '../ports.ts';
import type { FollowedLog } from './log-following.ts';

export type LogTail = Report['logTails'][number];

const TAIL_LINES = 50;
/** More containers than this are not read: the first that failed tell the story, and the log must stay readable. */
const MAX_TAILS = 4;

/**
 * The last lines of the containers that matter for a failure: those that ended badly or were restarted, SUT first; and
 * what testcar said last. Best effort: a log that cannot be read says so in its place.
 */
export async function logTails(
  plan: Plan,
  seen: Observation,
  followed: readonly FollowedLog[],
  ports: Ports,
): Promise<readonly LogTail[]> {
  const tails: Promise<LogTail>[] = [];
  for (const pod of [...seen.sutPods, ...seen.testcarPods]) {
    for (const container of pod.containers) {
      if (tails.length >= MAX_TAILS) break;
      // The log of a container that is down now is its last one; the one before that may be gone from the node already.
      const isDown = container.state.kind === 'terminated';
      const again = container.restartCount > 0 && (isDown || container.lastState.kind === 'terminated');
      if (!again && !endedBadly(container)) continue;
      const previous = again && !isDown;
      if (container.name === plan.testcarContainer && followed.some((log) => log.pod === pod.meta.name)) continue;
      tails.push(readTail(pod, container, previous, ports));
    }
  }
  const read = await Promise.all(tails);
  const live = [...followed.filter(({ tail }) => tail.length > 0)].sort((a, b) => rank(seen, a) - rank(seen, b));
  return [...live.slice(0, MAX_TAILS).map(liveTail), ...read];
}

/** Of many shards, those that ended badly tell the story. */
function rank({ testcarPods }: Observation, { pod }: FollowedLog): number {
  const found = testcarPods.find(({ meta }) => meta.name === pod);
  return found === undefined || found.containers.some(endedBadly) ? 0 : 1;
}

function liveTail({ pod, tail, ledger }: FollowedLog): LogTail {
  return { title: `last lines of testcar, pod ${pod}`, lines: tail, complete: completenessInWords(ledger, clockTime) };
}

function endedBadly({ name, state }: Container): boolean {
  if (state.kind !== 'terminated' || name === COURIER_NAME) return false;
  return state.exitCode !== 0 || state.reason === 'OOMKilled' || (name === REACH_NAME && state.exitCode !== 0);
}

async function readTail(pod: Pod, container: Container, previous: boolean, ports: Ports): Promise<LogTail> {
  const { namespace, name } = pod.meta;
  const title = `last lines of container ${container.name}, pod ${name}${previous ? ', before its last restart' : ''}`;
  const read = await ports.logs.read({
    namespace,
    pod: name,
    container: container.name,
    previous,
    tailLines: TAIL_LINES,
  });
  if (!read.ok) return { title, lines: [], complete: `could not be read: ${read.error.message}` };
  const lines = read.value.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { title, lines, complete: lines.length < TAIL_LINES ? 'complete' : `last ${TAIL_LINES} lines` };
}
