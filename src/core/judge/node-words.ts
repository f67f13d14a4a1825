import { FACT } from '../causes/wording.ts';
import type { Evidence } from '../model/evidence.ts';
import { type Node, readinessOf } from '../model/surroundings.ts';
import { duration } from '../report/time.ts';
import type { NodeMemory } from './node-memory.ts';

type Details = NonNullable<Evidence['details']>;

/** Conditions that are bad when True: https://kubernetes.io/docs/reference/node/node-status/#condition */
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

/** `Ready Unknown, MemoryPressure, cordoned, taint node.kubernetes.io/unreachable:NoExecute`. */
export function nodeInWords(node: Node): string {
  const pressures = node.conditions.filter(({ type, status }) => PRESSURES.includes(type) && status === 'True');
  return [
    `Ready ${readinessOf(node)}`,
    ...pressures.map(({ type }) => type),
    ...(node.unschedulable ? ['cordoned'] : []),
    ...node.taints.map(({ key, effect }) => `taint ${key}:${effect}`),
  ].join(', ');
}

/** What a person asks next about a node: its state, and when it last gave a sign of life. */
export function nodeFacts({ node, gone, heartbeat }: NodeMemory, nowMs: number): Details {
  const silentMs = heartbeat === undefined ? 0 : nowMs - heartbeat.seenAtMs;
  return [
    { label: FACT.nodeState, value: gone ? 'deleted' : nodeInWords(node) },
    // Up to two renewals may be missed (10 s each) before anything is wrong.
    ...(silentMs < 20_000 ? [] : [{ label: FACT.heartbeat, value: `none seen for ${duration(silentMs)}` }]),
  ];
}
