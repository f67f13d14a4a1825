import type { Finding } from '../causes/finding.ts';
import { FACT } from '../causes/wording.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Container } from '../model/seen.ts';
import { meaningOf } from '../results/exit-code-meaning.ts';
import { EXIT_MEANINGS, type ExitMeaning } from '../results/exit-meanings.ts';
import { type Facts, containerEnd } from './outcome-facts.ts';
import { terminated } from './pod-facts.ts';

/** testcar ended badly and left no results: its exit code is all there is, with what its runner means by it. */
export function exitWithoutResults(facts: Facts, container: Container): Finding {
  const { results, minTests } = facts.plan.options;
  const meaning = meaningAt(facts, container)?.meaning;
  const evidence = fromSource(facts, withMeaning(facts, container, containerEnd(facts, container)));
  if (meaning === 'no-tests') {
    const details = [
      { label: FACT.tests, value: '0' },
      { label: FACT.expected, value: `${minTests}` },
    ];
    return { cause: 'TestcarNoTests', evidence: withFacts(evidence, details) };
  }
  // Where results were promised, a code that says "tests failed" without any means that they got lost.
  const isFailure = results === 'exit-code' && meaning === 'tests-failed';
  return { cause: isFailure ? 'TestsFailed' : 'TestcarExitWithoutResults', evidence };
}

/** What the exit code of the test container means by options `exitCodes` and `runner`; nothing for any other container. */
export function withMeaning(facts: Facts, container: Container, evidence: Evidence): Evidence {
  const found = meaningAt(facts, container);
  if (found === undefined) return evidence;
  return withFacts(evidence, [{ label: FACT.meaning, value: `${EXIT_MEANINGS[found.meaning]} (${found.by})` }]);
}

/** Causes word it when results come from a weaker source than the courier. */
export function fromSource({ plan }: Facts, evidence: Evidence): Evidence {
  const { results } = plan.options;
  return results === 'courier' ? evidence : withFacts(evidence, [{ label: FACT.resultsFrom, value: results }]);
}

function meaningAt({ plan, test }: Facts, container: Container): { meaning: ExitMeaning; by: string } | undefined {
  const end = terminated(container.state);
  return container === test && end !== undefined ? meaningOf(end.exitCode, plan.options) : undefined;
}

function withFacts(evidence: Evidence, facts: readonly { label: string; value: string }[]): Evidence {
  return { ...evidence, details: [...(evidence.details ?? []), ...facts] };
}
