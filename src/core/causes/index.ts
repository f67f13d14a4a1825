import type { CauseSpec } from './cause.ts';
import { CLUSTER_CAUSES } from './cluster.ts';
import { INCONCLUSIVE_CAUSES } from './inconclusive.ts';
import { PIPELINE_CAUSES } from './pipeline.ts';
import { SHARD_CAUSES } from './shard-causes.ts';
import { SUT_DELIVERY_CAUSES, SUT_MANIFEST_CAUSES } from './sut-delivery.ts';
import { GUARDRAIL_CAUSES, SUT_ENDPOINT_CAUSES } from './sut-guardrails.ts';
import { SUT_PROBE_CAUSES } from './sut-probes.ts';
import { SUT_CAUSES } from './sut.ts';
import { TESTCAR_CAUSES } from './testcar.ts';

const ALL = {
  ...SUT_CAUSES,
  ...SUT_PROBE_CAUSES,
  ...SUT_DELIVERY_CAUSES,
  ...SUT_ENDPOINT_CAUSES,
  ...TESTCAR_CAUSES,
  ...CLUSTER_CAUSES,
  ...INCONCLUSIVE_CAUSES,
  ...SHARD_CAUSES,
  ...GUARDRAIL_CAUSES,
  ...SUT_MANIFEST_CAUSES,
  ...PIPELINE_CAUSES,
} as const satisfies Record<string, CauseSpec>;

export type Cause = keyof typeof ALL;

/** Every cause that a verdict can name. Each has one playbook entry. */
export const CAUSES: Readonly<Record<Cause, CauseSpec>> = ALL;

export const CAUSE_NAMES: readonly Cause[] = Object.keys(ALL).filter(isCause);

export function isCause(name: string): name is Cause {
  return Object.hasOwn(ALL, name);
}
