import { apiReadsRule } from './api-reads.ts';
import { configRule, courierRule, crashRule, oomRule, startRule } from './containers.ts';
import { imageRule } from './images.ts';
import { notCreatedRule } from './not-created.ts';
import { nodeRule } from './nodes.ts';
import { disruptionRule, schedulingRule } from './placement.ts';
import type { Rule } from './rule.ts';
import { sidecarRule } from './sidecar.ts';
import { sandboxRule } from './sandbox.ts';
import { claimRule, mountRule } from './volumes.ts';
import { uncountedRule } from './uncounted.ts';

/**
 * The order of telling when several findings decide at the same moment: first what makes all other evidence stale, then
 * what the cluster did to the pod, then the life of a pod from its creation to its crash. Earlier stages come first
 * because later ones are their consequence.
 */
export const PARTY_RULES: readonly Rule[] = [
  apiReadsRule,
  nodeRule,
  disruptionRule,
  notCreatedRule,
  claimRule,
  schedulingRule,
  mountRule,
  sandboxRule,
  imageRule,
  configRule,
  startRule,
  oomRule,
  courierRule,
  crashRule,
  sidecarRule,
  uncountedRule,
];
