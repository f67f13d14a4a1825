import { CAUSES } from '../causes/index.ts';
import { FACT } from '../causes/wording.ts';
import type { Finding } from '../causes/finding.ts';
import { duration } from '../report/time.ts';
import type { Graces } from '../options/graces.ts';
import { blameInjected } from './rules/injected.ts';
import { type Held, ONLY_EXPLAINS, type Rule, type RuleContext } from './rules/rule.ts';

export type Decision = {
  /** Held for their grace, in the order of the rules: the first decides. */
  decided: readonly Finding[];
  /** Still within their grace, in the order of the rules: the first explains best. */
  pending: readonly Finding[];
  /** When the next grace ends. */
  nextAtMs: number | undefined;
};

/** Runs the rules and sorts what they found into decided and pending. Findings get their age as a fact. */
export function decide(rules: readonly Rule[], ctx: RuleContext): Decision {
  const { nowMs, plan } = ctx;
  const held = rules.flatMap((rule) => rule.check(ctx)).map((one) => blameInjected(ctx, one));
  const aged = held.map((one) => ({
    finding: withAge(one, nowMs),
    atMs: one.sinceMs + graceOf(one, plan.options.gracesMs),
  }));
  const pending = aged.filter(({ atMs }) => atMs > nowMs);
  return {
    decided: aged.filter(({ atMs }) => atMs <= nowMs).map(({ finding }) => finding),
    pending: pending.map(({ finding }) => finding),
    nextAtMs: earliest(pending.map(({ atMs }) => atMs)),
  };
}

/** The earliest finite moment; undefined when there is none. */
export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const finite = moments.filter((ms) => ms !== undefined).filter((ms) => Number.isFinite(ms));
  return finite.length === 0 ? undefined : Math.min(...finite);
}

/**
 * The user's grace also replaces the shorter ones by which a rule decides earlier. What may recover by itself only
 * explains whatever was asked for: no time makes it certain.
 */
function graceOf({ finding: { cause }, graceMs }: Held, asked: Graces): number {
  if (graceMs === ONLY_EXPLAINS) return graceMs;
  return asked[cause] ?? graceMs ?? CAUSES[cause].graceMs;
}

/** Ages below a second are noise of the observation and are left out. */
function withAge({ finding, sinceMs }: Held, nowMs: number): Finding {
  const ageMs = nowMs - sinceMs;
  if (ageMs < 1000) return finding;
  const age = { label: FACT.heldFor, value: duration(ageMs) };
  return { ...finding, evidence: { ...finding.evidence, details: [...(finding.evidence.details ?? []), age] } };
}
