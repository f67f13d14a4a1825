import type { ClusterEvent, Observation } from '../model/seen.ts';
import { type Change, colon, shown } from './timeline-change.ts';

/** Told by the state of the container itself, in better words. */
const TOLD_BY_CONTAINERS = new Set(['BackOff', 'Failed']);
const NODE_EVENTS = new Set(['NodeNotReady', 'TaintManagerEviction', 'NodeNotSchedulable']);

/** Of an autoscaler, which says Normal events: is a node on its way? */
const NORMAL_WORTH_TELLING = new Set(['TriggeredScaleUp', 'NotTriggerScaleUp', 'Nominated']);

/** Warnings about objects that are part of the run; the namespace may be full of others'. */
export function eventChanges(previous: Observation | undefined, next: Observation): readonly Change[] {
  const told = new Set((previous === undefined ? [] : eventsOf(previous)).map(({ event }) => event.meta.uid));
  return eventsOf(next)
    .filter(({ event }) => !told.has(event.meta.uid))
    .map(({ event, about }): Change => {
      const { kind, name } = event.involved;
      return {
        about: NODE_EVENTS.has(event.reason) || kind === 'Node' ? 'node' : about,
        object: `${shown(kind.toLowerCase())}/${shown(name)}`,
        text: `${event.type === 'Normal' ? '' : 'warning '}${shown(event.reason)}${colon(event.message)}`,
      };
    });
}

function eventsOf(seen: Observation): readonly { event: ClusterEvent; about: 'sut' | 'testcar' }[] {
  const { deployment, replicaSets, sutPods, job, testcarPods } = seen;
  const ours = new Map<string, 'sut' | 'testcar'>();
  for (const owner of [deployment, ...replicaSets, ...sutPods])
    if (owner !== undefined) ours.set(owner.meta.uid, 'sut');
  for (const owner of [job, ...testcarPods]) if (owner !== undefined) ours.set(owner.meta.uid, 'testcar');
  return seen.events.flatMap((event) => {
    const about = ours.get(event.involved.uid);
    const isTold = TOLD_BY_CONTAINERS.has(event.reason);
    const isNoise = event.type === 'Normal' && !NORMAL_WORTH_TELLING.has(event.reason);
    return about === undefined || isTold || isNoise ? [] : [{ event, about }];
  });
}
