/**
 * What happened in the cluster, from successive observations. Times are the gate's clock: when it was seen, which is
 * the only order that clocks of nodes and servers cannot twist.
 */
import { API_OBJECT } from '../judge/api-finding.ts';
import type { Deployment, Job, Observation, Read, ReplicaSet } from '../model/seen.ts';
import { WATCHED } from '../model/seen.ts';
import { aroundChanges } from './timeline-around.ts';
import { type Change, type TimelineEntry, colon, inWords, isGoing, shown, turned } from './timeline-change.ts';
import { eventChanges } from './timeline-events.ts';
import { podsChanges } from './timeline-pods.ts';

/**
 * What changed between two observations of one watch; everything of note when there is none before. What could not be
 * read is not taken for gone.
 */
export function recordChanges(previous: Observation | undefined, next: Observation): readonly TimelineEntry[] {
  const changes: Change[] = [
    ...readChanges(previous?.reads, next.reads),
    ...deploymentChanges(previous, next),
    ...next.replicaSets.flatMap((replicaSet) => replicaSetChanges(previous, replicaSet)),
    ...podsChanges('sut', previous?.sutPods ?? [], next.sutPods, next.reads.sutPods),
    ...jobChanges(previous?.job, next.job, next.reads.job),
    ...podsChanges('testcar', previous?.testcarPods ?? [], next.testcarPods, next.reads.testcarPods),
    ...eventChanges(previous, next),
    ...aroundChanges(previous, next),
  ];
  return changes.map((change) => ({ atMs: next.atMs, ...change }));
}

function readChanges(before: Observation['reads'] | undefined, now: Observation['reads']): readonly Change[] {
  const failing = WATCHED.filter((which) => now[which].state === 'failing' && before?.[which].state !== 'failing');
  const back = WATCHED.filter((which) => now[which].state === 'current' && before?.[which].state === 'failing');
  const [first] = failing.map((which) => now[which]);
  return [
    ...(first?.state === 'failing'
      ? [cluster(`cannot be read (${failing.join(', ')})${colon(first.error.message)}`)]
      : []),
    ...(back.length > 0 ? [{ ...cluster(`can be read again (${back.join(', ')})`), routine: true } as const] : []),
  ];
}

function cluster(text: string): Change {
  return { about: 'cluster', object: API_OBJECT, text };
}

function deploymentChanges(previous: Observation | undefined, next: Observation): readonly Change[] {
  const before = previous?.deployment;
  const now = next.deployment;
  if (before !== undefined && before.meta.uid !== now?.meta.uid && next.reads.deployment.state === 'current') {
    const gone = sut(
      'deployment',
      before.meta.name,
      now === undefined ? 'is gone' : 'was replaced by another of its name',
    );
    return [gone];
  }
  if (now === undefined) return [];
  const say = (text: string): Change => sut('deployment', now.meta.name, text);
  return [
    ...(before === undefined ? [] : specChanges(before, now).map(say)),
    ...turned(before, now, 'ReplicaFailure', 'True').map((is) => say(`cannot create pods${inWords(is)}`)),
    ...turned(before, now, 'Progressing', 'False').map((is) => say(`the roll-out does not progress${inWords(is)}`)),
  ];
}

function specChanges(before: Deployment, now: Deployment): readonly string[] {
  const { generation: from } = before.meta;
  const { generation: to } = now.meta;
  return [
    ...(from !== to ? [`its spec was changed (generation ${from ?? '?'} to ${to ?? '?'})`] : []),
    ...(before.specReplicas === now.specReplicas ? [] : [`scaled from ${before.specReplicas} to ${now.specReplicas}`]),
  ];
}

function replicaSetChanges(previous: Observation | undefined, now: ReplicaSet): readonly Change[] {
  const before = previous?.replicaSets.find(({ meta }) => meta.uid === now.meta.uid);
  return turned(before, now, 'ReplicaFailure', 'True').map((is) =>
    sut('replicaset', now.meta.name, `cannot create pods${inWords(is)}`),
  );
}

function jobChanges(before: Job | undefined, now: Job | undefined, read: Read): readonly Change[] {
  const say = (job: Job, text: string): Change => ({ about: 'testcar', object: `job/${shown(job.meta.name)}`, text });
  if (now === undefined) return before !== undefined && read.state === 'current' ? [say(before, 'is gone')] : [];
  const same = before?.meta.uid === now.meta.uid ? before : undefined;
  return [
    ...(before === undefined ? [{ ...say(now, 'exists'), routine: true } as const] : []),
    ...(before !== undefined && same === undefined ? [say(now, 'was replaced by another of its name')] : []),
    ...(now.suspend && same?.suspend !== true ? [say(now, 'is suspended')] : []),
    ...turned(same, now, 'FailureTarget', 'True').map((is) => say(now, `is about to fail${inWords(is)}`)),
    ...turned(same, now, 'Failed', 'True').map((is) => say(now, `failed${inWords(is)}`)),
    ...turned(same, now, 'Complete', 'True').map(() => say(now, 'complete')),
    ...(isGoing(now) && !isGoing(same) ? [say(now, 'is being deleted')] : []),
  ];
}

function sut(kind: string, name: string, text: string): Change {
  return { about: 'sut', object: `${kind}/${shown(name)}`, text };
}
