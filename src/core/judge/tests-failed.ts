import { FACT } from '../causes/wording.ts';
import { shorten } from '../causes/quote.ts';
import type { TestCase } from '../model/results.ts';
import type { Finding } from '../causes/finding.ts';
import { type Facts, jobEvidence } from './outcome-facts.ts';

/** Names shown in the headline; the report has all. */
const SHOWN = 3;
const NAME_CHARS = 80;

/** Complete results with failures, or undefined when there are none. */
export function testsFailed(facts: Facts): Finding | undefined {
  const { read, failing } = facts;
  if (read === undefined || failing === 0) return undefined;
  const names = namesInWords(read.failed, failing);
  return {
    cause: 'TestsFailed',
    evidence: jobEvidence(facts, {
      details: [
        { label: FACT.tests, value: `${read.counts.tests}` },
        { label: FACT.failed, value: `${failing}` },
        ...(names === '' ? [] : [{ label: FACT.firstFailures, value: names }]),
      ],
    }),
  };
}

export function isFailed({ outcome }: TestCase): boolean {
  return outcome === 'failed' || outcome === 'error';
}

type Named = Pick<TestCase, 'suite' | 'classname' | 'name'>;

/** The first names, and how many more there are; empty where no test is named. */
export function namesInWords(tests: readonly Named[], count: number = tests.length): string {
  const names = tests.slice(0, SHOWN).map(nameOf).join(', ');
  return names === '' || count <= SHOWN ? names : `${names} and ${count - SHOWN} more`;
}

function nameOf({ suite, classname, name }: Named): string {
  const group = classname === '' ? suite : classname;
  return shorten(group === '' || group === name ? name : `${group}: ${name}`, NAME_CHARS);
}
