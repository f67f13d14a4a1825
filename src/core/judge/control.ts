import { FACT } from '../causes/wording.ts';
import type { Finding } from '../causes/finding.ts';
import type { Results, TestCase } from '../model/results.ts';
import { isFailed, namesInWords } from './tests-failed.ts';

/** How a test that failed in this run ended against the stable revision; `not-run`: skipped there, or not there at all. */
export type ControlCase = Pick<TestCase, 'suite' | 'classname' | 'name'> & { there: 'failed' | 'passed' | 'not-run' };

/** The control run, as far as it got. It speaks about tests that failed and nothing else; it can never open the gate. */
export type Control =
  | { kind: 'compared'; stable: string; cases: readonly ControlCase[] }
  /** `why`: no stable revision, or the control run itself did not come to results. */
  | { kind: 'not-done'; why: string };

/** `stable` is the ReplicaSet of the stable revision; `there` are complete, readable results of the control run. */
export function compare(stable: string, here: Results, there: Results): Control {
  const failedHere: TestCase[] = [];
  for (const test of here.cases) if (isFailed(test)) failedHere.push(test);
  const left = new Map(failedHere.map((test): [string, TestCase[]] => [keyOf(test), []]));
  for (const test of there.cases) left.get(keyOf(test))?.push(test);
  const cases = failedHere.map((test): ControlCase => {
    const { suite, classname, name } = test;
    return { suite, classname, name, there: takeOne(left.get(keyOf(test)) ?? []) };
  });
  if (cases.length === 0) return { kind: 'not-done', why: 'the results count failed tests without naming them' };
  return { kind: 'compared', stable, cases };
}

/** Parametrised tests may share one name. Each result there answers for one result here, failed ones first. */
function takeOne(same: TestCase[]): ControlCase['there'] {
  const order = [isFailed, ({ outcome }: TestCase): boolean => outcome === 'passed'];
  for (const [index, fits] of order.entries()) {
    const place = same.findIndex(fits);
    if (place === -1) continue;
    same.splice(place, 1);
    return index === 0 ? 'failed' : 'passed';
  }
  return 'not-run';
}

function keyOf({ suite, classname, name }: TestCase): string {
  return JSON.stringify([suite, classname, name]);
}

/**
 * What the control run makes of failed tests. Only when every one of them fails against the stable revision too, it was
 * not this change; a test that did not run there is no evidence for that.
 */
export function judgeControl(failed: Finding, control: Control): Finding {
  if (control.kind === 'not-done')
    return withFacts(failed, [{ label: FACT.control, value: `not done: ${control.why}` }]);
  const { stable, cases } = control;
  const both = cases.filter(({ there }) => there === 'failed');
  const onlyNew = cases.filter(({ there }) => there !== 'failed');
  const notRun = cases.filter(({ there }) => there === 'not-run').length;
  const stableFact = { label: FACT.stable, value: stable };
  const bothFact = both.length === 0 ? [] : [{ label: FACT.failThere, value: namesInWords(both) }];
  if (onlyNew.length === 0) {
    const finding = withFacts(failed, [stableFact, ...bothFact]);
    return { ...finding, cause: 'TestsFailWithoutChange' };
  }
  const inWords =
    both.length === 0
      ? `they did not fail against the stable revision ${stable}`
      : `${both.length} of ${cases.length} fail against the stable revision ${stable} too`;
  return withFacts(failed, [
    { label: FACT.control, value: notRun === 0 ? inWords : `${inWords} (${notRun} did not run there)` },
    { label: FACT.failNew, value: namesInWords(onlyNew) },
    ...bothFact,
  ]);
}

function withFacts({ cause, evidence }: Finding, facts: readonly { label: string; value: string }[]): Finding {
  return { cause, evidence: { ...evidence, details: [...(evidence.details ?? []), ...facts] } };
}
