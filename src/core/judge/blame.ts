import type { Cause } from '../causes/index.ts';
import type { Finding } from '../causes/finding.ts';
import type { Ground } from './ground.ts';
import { POD_DELETED } from './pod-facts.ts';

/** Endings that a SUT which went away under the tests explains. A missing image of testcar is not among them. */
const EXPLAINED_BY_GROUND: ReadonlySet<Cause> = new Set<Cause>([
  'TestsFailed',
  'SutUnreachable',
  'TestDeadlineExceeded',
  'TestcarExitWithoutResults',
]);

/**
 * Joint attribution (design §3): a run that could not pass is the SUT's fault only if the ground under it held. The
 * finding that does not decide is kept beside the one that does.
 */
export function blame(finding: Finding, ground: Ground | undefined): { finding: Finding; others: readonly Finding[] } {
  const moved = ground && groundFinding(ground, 'failed');
  if (moved === undefined) return { finding, others: [] };
  return isExplained(finding, ground) ? { finding: moved, others: [finding] } : { finding, others: [moved] };
}

/** Whoever deletes the pods of both parties means the run: a namespace that goes takes them in any order. */
function isExplained({ cause, evidence }: Finding, ground: Ground | undefined): boolean {
  return EXPLAINED_BY_GROUND.has(cause) || (evidence.reason === POD_DELETED && ground?.kind === 'changed');
}

/** The moved ground as a finding; a lost readiness explains no failure, but it spoils a pass. */
export function groundFinding(ground: Ground, tests: 'passed' | 'failed'): Finding | undefined {
  switch (ground.kind) {
    case 'disrupted':
      return ground.finding;
    case 'crashed':
      return { cause: tests === 'passed' ? 'SutRestarted' : 'SutCrashedUnderTest', evidence: ground.evidence };
    case 'changed':
      return { cause: 'RevisionChanged', evidence: ground.evidence };
    case 'unready':
      return tests === 'passed' ? { cause: 'SutRestarted', evidence: ground.evidence } : undefined;
  }
}
