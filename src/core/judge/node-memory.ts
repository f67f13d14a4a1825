import type { Observation } from '../model/seen.ts';
import { type Node, readinessOf } from '../model/surroundings.ts';
import { MOST_NODES } from '../observation/wanted.ts';

/** Times are the gate's clock: those of node and server may differ from it and from each other. */
export type NodeMemory = {
  /** As last seen; also when it is gone by now. */
  node: Node;
  gone: boolean;
  /** Since when it is not ready or gone; undefined while it is well. */
  lostSinceMs: number | undefined;
  /** The node when it was last lost, and since when it was; kept when it is back. */
  lastLoss: { node: Node; atMs: number } | undefined;
  /** When its lease was last seen renewed; the first sight of a lease counts as a renewal. */
  heartbeat: { renewTimeMs: number; seenAtMs: number } | undefined;
};

export function rememberNodes(
  before: ReadonlyMap<string, NodeMemory>,
  seen: Observation,
): ReadonlyMap<string, NodeMemory> {
  const { nodes, reads } = seen.around;
  // What could not be read lately is not judged again.
  if (reads.nodes.state !== 'current') return before;
  const next = new Map(before);
  for (const node of nodes) next.set(node.meta.name, remembered(before.get(node.meta.name), node, false, seen));
  const there = new Set(nodes.map(({ meta }) => meta.name));
  for (const name of namedByPods(seen)) {
    const known = before.get(name);
    if (known !== undefined && !there.has(name)) next.set(name, remembered(known, known.node, true, seen));
  }
  return next;
}

/** Only of these it is certain that they are looked at, so that their absence means something. */
function namedByPods({ sutPods, testcarPods }: Observation): readonly string[] {
  const names = [...new Set([...testcarPods, ...sutPods].flatMap(({ nodeName }) => nodeName ?? []))];
  return names.length > MOST_NODES ? [] : names;
}

function remembered(before: NodeMemory | undefined, node: Node, gone: boolean, seen: Observation): NodeMemory {
  const isLost = gone || readinessOf(node) !== 'True';
  const lostSinceMs = isLost ? (before?.lostSinceMs ?? seen.atMs) : undefined;
  return {
    node,
    gone,
    lostSinceMs,
    lastLoss: lostSinceMs === undefined ? before?.lastLoss : { node, atMs: lostSinceMs },
    heartbeat: heartbeat(before?.heartbeat, node, seen),
  };
}

function heartbeat(
  before: NodeMemory['heartbeat'],
  node: Node,
  { around, atMs }: Observation,
): NodeMemory['heartbeat'] {
  const renewTimeMs = around.leases.find(({ meta }) => meta.name === node.meta.name)?.renewTimeMs;
  if (renewTimeMs === undefined || renewTimeMs === before?.renewTimeMs) return before;
  return { renewTimeMs, seenAtMs: atMs };
}
