import { FACT } from '../../causes/wording.ts';
import type { Cause } from '../../causes/index.ts';
import type { Observation, Pod } from '../../model/seen.ts';
import { type Node, readinessOf } from '../../model/surroundings.ts';
import { firstSeenMs } from '../memory.ts';
import type { NodeMemory } from '../node-memory.ts';
import { nodeFacts, nodeInWords } from '../node-words.ts';
import { condition, isReady, isTrue } from '../pod-facts.ts';
import { TOPIC, topicKey } from '../sightings.ts';
import { eventOf } from './events.ts';
import { type Held, type Rule, type RuleContext, podEvidence, said } from './rule.ts';

/** Names of nodes in one line of evidence. */
const MOST_NAMES = 5;

/**
 * The node does not answer any more. The pod still reads Running, and often Ready, with old container states, so its own
 * status proves nothing. The node's own condition does; where nodes may not be read, the node controller's event and the
 * lost readiness of the pod.
 */
export const nodeRule: Rule = {
  name: 'node',
  check: (ctx) =>
    ctx.pods.flatMap((pod) => {
      const held = nodeLost(ctx, pod);
      return held === undefined ? [] : [held];
    }),
};

type NodeContext = Pick<RuleContext, 'seen' | 'memory' | 'nowMs'>;

export function nodeLost(ctx: NodeContext, pod: Pod): Held | undefined {
  if (pod.nodeName === undefined || pod.phase === 'Succeeded' || pod.phase === 'Failed') return undefined;
  const known = ctx.memory.nodes.get(pod.nodeName);
  if (known?.lostSinceMs !== undefined) return lostByItself(ctx, pod, known, known.lostSinceMs);
  // The event of a node that has come back stays listed.
  if (known !== undefined && ctx.seen.around.reads.nodes.state === 'current') return undefined;
  return isReady(pod) ? undefined : lostByHearsay(ctx, pod);
}

/** The node was lost since `fromMs` and is back: what ran on it meanwhile was out of reach. */
export function nodeWasLost(
  { memory }: Pick<NodeContext, 'memory'>,
  pod: Pod,
  fromMs: number,
): Held['finding'] | undefined {
  const loss = memory.nodes.get(pod.nodeName ?? '')?.lastLoss;
  if (loss === undefined || loss.atMs < fromMs) return undefined;
  const details = [{ label: FACT.nodeState, value: `${nodeInWords(loss.node)}; ready again since` }];
  return { cause: 'NodeLost', evidence: podEvidence(pod, { ...wordsOf(loss.node), sinceMs: loss.atMs, details }) };
}

function lostByItself(ctx: NodeContext, pod: Pod, known: NodeMemory, sinceMs: number): Held {
  const words = known.gone ? { reason: 'NodeDeleted' } : wordsOf(known.node);
  const offline = offlineNodes(ctx.seen);
  const cause: Cause = offline === undefined ? 'NodeLost' : 'NodesOffline';
  const details = [
    ...nodeFacts(known, ctx.nowMs),
    ...(offline === undefined ? [] : [{ label: FACT.nodes, value: namesOf(offline) }]),
  ];
  return { finding: { cause, evidence: podEvidence(pod, { ...words, sinceMs, details }) }, sinceMs };
}

/**
 * All nodes, when none of them is ready: of the cluster where it could be looked at as a whole, else of those that the
 * parties run on, if they are several. One lost node says nothing about others that nobody looked at.
 */
function offlineNodes({ around }: Observation): readonly Node[] | undefined {
  const { nodes, everyNode } = around;
  const isEnough = everyNode ? nodes.length > 0 : nodes.length > 1;
  return isEnough && nodes.every((node) => readinessOf(node) !== 'True') ? nodes : undefined;
}

function namesOf(nodes: readonly Node[]): string {
  const names = nodes.slice(0, MOST_NAMES).map(({ meta }) => meta.name);
  return `${names.join(', ')}${nodes.length > MOST_NAMES ? ` and ${nodes.length - MOST_NAMES} more` : ''}`;
}

function wordsOf(node: Node): ReturnType<typeof said> {
  const ready = condition(node.conditions, 'Ready');
  return ready === undefined ? { reason: 'NodeStatusUnknown' } : said(ready);
}

/** Until the nodes can be read, and where they may not be. */
function lostByHearsay(ctx: NodeContext, pod: Pod): Held | undefined {
  const event = eventOf(ctx, pod, 'NodeNotReady');
  const unknown = pod.phase === 'Unknown' && isTrue(pod.conditions, 'PodScheduled');
  if (event === undefined && !unknown) return undefined;
  // Counted from the lost readiness, not from the event, which stays listed after the node has come back.
  const topic = event === undefined ? TOPIC.phaseUnknown : TOPIC.notReady;
  const sinceMs = firstSeenMs(ctx.memory, topicKey(pod.meta.uid, '', topic), ctx.nowMs);
  const reason = event?.reason ?? 'phase Unknown';
  const message = event?.message ?? pod.message;
  return {
    finding: { cause: 'NodeLost', evidence: podEvidence(pod, { ...said({ reason, message }), sinceMs }) },
    sinceMs,
  };
}
