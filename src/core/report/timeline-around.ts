import { nodeInWords } from '../judge/node-words.ts';
import type { Observation } from '../model/seen.ts';
import { type Node, type PersistentVolumeClaim, type Surroundings, readinessOf } from '../model/surroundings.ts';
import { type Change, inWords, shown } from './timeline-change.ts';

/** What changed around the parties: nodes that come and go, claims that get their volume. */
export function aroundChanges(previous: Observation | undefined, next: Observation): readonly Change[] {
  return [
    ...next.around.nodes.flatMap((node) => nodeChanges(previous?.around, node)),
    ...goneNodes(previous?.around, next.around),
    ...next.around.claims.flatMap((claim) => claimChanges(previous?.around, claim)),
  ];
}

function nodeChanges(before: Surroundings | undefined, now: Node): readonly Change[] {
  const old = before?.nodes.find(({ meta }) => meta.uid === now.meta.uid);
  const say = (text: string): Change => ({ about: 'node', object: `node/${shown(now.meta.name)}`, text });
  const isReady = readinessOf(now) === 'True';
  const wasReady = old !== undefined && readinessOf(old) === 'True';
  const ready = now.conditions.find(({ type }) => type === 'Ready');
  const cordon = now.unschedulable === (old?.unschedulable ?? false) ? [] : [now.unschedulable];
  return [
    // A healthy node that is looked at for the first time is no news.
    ...(!isReady && (old === undefined || wasReady)
      ? [say(`not ready: ${shown(nodeInWords(now))}${ready === undefined ? '' : inWords(ready)}`)]
      : []),
    ...(isReady && old !== undefined && !wasReady ? [say('ready again')] : []),
    ...cordon.map((is) => say(is ? 'cordoned: takes no new pods' : 'takes new pods again')),
  ];
}

/** A node that is not looked at any more is not gone: only a read that is current and of the same kind tells. */
function goneNodes(before: Surroundings | undefined, now: Surroundings): readonly Change[] {
  if (before === undefined || now.reads.nodes.state !== 'current' || before.everyNode !== now.everyNode) return [];
  const there = new Set(now.nodes.map(({ meta }) => meta.uid));
  return before.nodes
    .filter(({ meta }) => !there.has(meta.uid))
    .map(({ meta }) => ({ about: 'node', object: `node/${shown(meta.name)}`, text: 'is gone' }));
}

function claimChanges(before: Surroundings | undefined, now: PersistentVolumeClaim): readonly Change[] {
  const old = before?.claims.find(({ meta }) => meta.uid === now.meta.uid);
  if (old?.phase === now.phase) return [];
  const say = (text: string): Change => ({
    about: 'cluster',
    object: `persistentvolumeclaim/${shown(now.meta.name)}`,
    text,
  });
  switch (now.phase) {
    case 'Bound':
      return old === undefined ? [] : [{ ...say('bound to its volume'), routine: true }];
    case 'Lost':
      return [say('lost its volume')];
    case 'Pending':
      return [say(`has no volume yet (storage class ${shown(now.storageClassName || 'none')})`)];
    case 'Unknown':
      return [];
  }
}
