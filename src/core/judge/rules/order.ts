import { apiReadsRule } from './api-reads.ts';
import { configRule, courierRule, crashRule, oomRule, startRule } from './containers.ts';
import { imageRule } from './images.ts';
import { notCreatedRule } from './not-created.ts';
import { disruptionRule, mountRule, nodeRule, schedulingRule } from './placement.ts';
import type { Rule } from './rule.ts';
import { sidecarRule } from './sidecar.ts';

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
  schedulingRule,
  mountRule,
  imageRule,
  configRule,
  startRule,
  oomRule,
  courierRule,
  crashRule,
  sidecarRule,
];
