import { disruptionOf } from '../judge/disruption.ts';
import { isReady } from '../judge/pod-facts.ts';
import type { Pod, Read } from '../model/seen.ts';
import { type Change, colon, inWords, isGoing, shown, turned } from './timeline-change.ts';
import { containerChanges } from './timeline-containers.ts';

export function podsChanges(
  about: 'sut' | 'testcar',
  before: readonly Pod[],
  now: readonly Pod[],
  read: Read,
): readonly Change[] {
  const known = new Map(before.map((pod) => [pod.meta.uid, pod]));
  const present = new Set(now.map(({ meta }) => meta.uid));
  return [
    ...(read.state === 'current' ? before.filter(({ meta }) => !present.has(meta.uid)) : []).map((pod): Change => ({
      about,
      object: `pod/${shown(pod.meta.name)}`,
      text: 'is gone',
    })),
    ...now.flatMap((pod) => podChanges(about, known.get(pod.meta.uid), pod)),
  ];
}

function podChanges(about: 'sut' | 'testcar', before: Pod | undefined, now: Pod): readonly Change[] {
  if (before === now) return [];
  const object = `pod/${shown(now.meta.name)}`;
  const say = (text: string): Change => ({ about, object, text });
  const routine = (text: string): Change => ({ about, object, text, routine: true });
  const lost = disruptionOf(now);
  const wasLost = before === undefined ? undefined : disruptionOf(before);
  const node = now.nodeName === undefined ? '' : shown(now.nodeName);
  return [
    ...(before === undefined ? [routine(node === '' ? 'exists' : `exists, on node ${node}`)] : []),
    ...(before !== undefined && before.nodeName === undefined && node !== ''
      ? [routine(`scheduled on node ${node}`)]
      : []),
    ...turned(before, now, 'PodScheduled', 'False').map((is) => say(`no node can take it${inWords(is)}`)),
    ...containerChanges(before?.containers ?? [], now.containers).map((change): Change => ({
      about,
      object,
      container: shown(change.container),
      text: shown(change.text) + colon(change.message),
      ...(change.routine && { routine: true }),
    })),
    ...(lost !== undefined && lost.reason !== wasLost?.reason ? [say(`taken away${inWords(lost)}`)] : []),
    // A pod of the Job is "ready" while its containers run and not after: that says nothing.
    ...(about === 'sut' && isReady(now) && !(before !== undefined && isReady(before)) ? [routine('ready')] : []),
    ...(about === 'sut' && before !== undefined && isReady(before) && !isReady(now) && !isGoing(now)
      ? [say('not ready any more')]
      : []),
    ...(now.phase === 'Unknown' && before?.phase !== 'Unknown'
      ? [say('its node does not answer (phase Unknown)')]
      : []),
    ...(isGoing(now) && !isGoing(before) ? [say('is being deleted')] : []),
  ];
}
