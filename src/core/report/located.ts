import type { Verdict } from '../judge/verdict.ts';

/** A command without the namespace finds nothing where the context of whoever pastes it names another. */
export function located(verdict: Verdict, namespace: string): Verdict {
  if (verdict.kind === 'passed' || namespace === '') return verdict;
  const { finding } = verdict;
  return { ...verdict, finding: { ...finding, evidence: { namespace, ...finding.evidence } } };
}
