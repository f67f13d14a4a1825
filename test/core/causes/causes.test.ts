import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES, CAUSE_NAMES, type Cause } from '../../../src/core/causes/index.ts';
import type { Evidence, FailureClass, PlaybookSection } from '../../../src/core/model/evidence.ts';
import { MODES } from '../../../src/core/options/options.ts';
import { OPTIONS } from '../../../src/core/options/table.ts';
import { CASES } from './cases.ts';

const RUN = { namespace: 'shop', sut: 'web', mode: 'preview', runId: 'web-tcg-1' };
const HOSTILE_RUN = { namespace: '$(rm -rf ~)', sut: '-A; reboot', mode: 'observe', runId: '`id`' };

/** What the entry says about the run, in every mode and also when hardly anything is known. */
function runLines(cause: Cause, evidence: Evidence): readonly string[] {
  const { customerImpact, detect, validate, rollBack } = CAUSES[cause].entry;
  const runs = [...MODES.map((mode) => ({ ...RUN, mode })), { namespace: '', sut: '', mode: '', runId: '' }];
  return runs.flatMap((run) => [...detect(evidence, run), customerImpact(run), validate(run), rollBack(run)]);
}

describe.each(CAUSE_NAMES)('%s', (cause) => {
  const { evidence, headline, first } = CASES[cause];
  const spec = CAUSES[cause];

  it('words its headline and its first step', () => {
    expect(spec.headline(evidence)).toBe(headline);
    expect(spec.entry.remediation(evidence)[0]).toBe(first);
  });

  it('has a complete playbook entry', () => {
    const { technicalImpact, dataLoss, remediation, expectedRecovery, option } = spec.entry;
    const fixed = [spec.title, technicalImpact, dataLoss, expectedRecovery];
    for (const line of [...fixed, ...remediation(evidence), ...runLines(cause, evidence)]) {
      expect(line).toMatch(/\S/);
      expect(line).not.toMatch(/undefined|NaN|\[object/);
      expect(line.length).toBeLessThan(420);
    }
    expect(spec.entry.detect(evidence, RUN).length).toBeGreaterThan(0);
    if (option !== undefined) expect(Object.keys(OPTIONS)).toContain(option);
  });

  it('gives a source for every grace', () => {
    if (spec.graceMs > 0) expect(spec.graceSource).toMatch(/\S/);
    expect(Number.isFinite(spec.graceMs)).toBe(true);
  });

  it('still makes a sentence of the least evidence', () => {
    const bare: Evidence = { object: 'pod/x' };
    for (const line of [spec.headline(bare), ...spec.entry.remediation(bare)]) {
      expect(line).not.toMatch(/undefined|NaN|\( |\(\)| {2}/);
    }
  });

  it('keeps hostile evidence on one short, clean line', () => {
    fc.assert(
      fc.property(HOSTILE_EVIDENCE, (hostile) => {
        for (const command of spec.entry.detect(hostile, HOSTILE_RUN)) {
          expect(command).toMatch(/^(?:kubectl|testcar-gate) [\w ./:=,?'-]+$/);
        }
        for (const line of [spec.headline(hostile), ...spec.entry.remediation(hostile)]) {
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
          expect(line.length).toBeLessThan(2500);
        }
      }),
      { numRuns: 20 },
    );
  });
});

const HOSTILE_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '##vso[task.complete result=Succeeded]\r\n##vso[task.setvariable]',
    '\u001b[31mred\u001b[0m \u202egnp.exe \u200b',
    '"'.repeat(5000),
    '\ud800',
    '',
  ),
);
const HOSTILE_EVIDENCE: fc.Arbitrary<Evidence> = fc.record(
  {
    object: HOSTILE_TEXT,
    container: HOSTILE_TEXT,
    image: HOSTILE_TEXT,
    node: HOSTILE_TEXT,
    reason: HOSTILE_TEXT,
    message: HOSTILE_TEXT,
    exitCode: fc.integer(),
    details: fc.array(
      fc.record({
        label: fc.oneof(
          HOSTILE_TEXT,
          fc.constantFrom('held for', 'restarts', 'missing', 'found', 'waiting for', 'first failures'),
        ),
        value: HOSTILE_TEXT,
      }),
      { maxLength: 4 },
    ),
  },
  { requiredKeys: ['object'] },
);

/** Whose fault is a contract with everything that reads exit codes: changing one is a breaking change. */
it('has the classes and sections of the design', () => {
  const table: Record<string, Cause[]> = {};
  for (const cause of CAUSE_NAMES) {
    const { class: failureClass, section } = CAUSES[cause];
    (table[`${failureClass} ${section}`] ??= []).push(cause);
  }
  const allowed: readonly `${FailureClass} ${PlaybookSection}`[] = [
    'SUT_NOT_READY sut',
    'TEST_FAILED sut',
    'TESTCAR_ERROR testcar',
    'CLUSTER_ERROR cluster',
    'INCONCLUSIVE testcar',
    'CONFIG_ERROR testcar',
    'CANCELLED testcar',
  ];
  expect(Object.keys(table)).toEqual(allowed);
  expect(table['TEST_FAILED sut']).toEqual(['TestsFailed', 'SutCrashedUnderTest']);
  expect(table['CANCELLED testcar']).toEqual(['Cancelled']);
  expect(table['CLUSTER_ERROR cluster']).toEqual([
    'ApiUnreachable',
    'ApiNotKubernetes',
    'ApiServerError',
    'WebhookUnavailable',
    'SutUnschedulable',
    'TestcarUnschedulable',
    'SutImageDiskFull',
    'TestcarImageDiskFull',
    'SutDisrupted',
    'TestcarDisrupted',
    'SutInjectedContainerFailed',
    'TestcarInjectedContainerFailed',
    'SutClaimPending',
    'TestcarClaimPending',
    'SutVolumeNotMounted',
    'TestcarVolumeNotMounted',
    'SutSandboxFailed',
    'TestcarSandboxFailed',
    'NodeLost',
    'NodesOffline',
  ]);
});

describe('the run in the entry', () => {
  const { entry } = CAUSES.SutCrashLooping;

  it('detects with the names of this run', () => {
    expect(entry.detect({ object: 'pod/web-1', container: 'web' }, RUN)).toEqual([
      'kubectl get events -n shop --field-selector involvedObject.name=web-1',
      'kubectl logs pod/web-1 -n shop -c web --previous',
    ]);
  });

  it('puts no name into a command that a shell would take for more than a name', () => {
    const hostile: Evidence = { object: 'pod/web;reboot', container: '-c $(id)' };
    expect(entry.detect(hostile, { ...RUN, namespace: '--all' })).toEqual([
      'kubectl get events -n NAMESPACE --sort-by=.lastTimestamp',
    ]);
  });

  it.each([
    ['preview', /^Nothing to take back: .+ kubectl delete .+ -n shop -l testcar-gate\/run=web-tcg-1\.$/],
    ['in-place', /^The gate puts .+ kubectl rollout undo deployment\/web -n shop\.$/],
    ['observe', /^git revert .+ Flux or Argo CD /],
  ])('rolls back in mode %s', (mode, expected) => {
    expect(entry.rollBack({ ...RUN, mode })).toMatch(expected);
  });

  it('takes nothing back in-place when nothing was changed', () => {
    const run = { ...RUN, mode: 'in-place' };
    expect(entry.rollBack({ ...run, liveChanged: false })).toBe('Nothing to take back: nothing was changed yet.');
    expect(entry.rollBack({ ...run, liveChanged: true })).toMatch(/^The gate puts /);
  });

  it('never names a delete by label without a run', () => {
    expect(entry.rollBack({ ...RUN, runId: '' })).toBe('Nothing to take back: nothing was deployed.');
    // The input of the run could not be read.
    expect(entry.rollBack({ ...RUN, runId: '', mode: '' })).toBe('Nothing to take back: nothing was deployed.');
  });

  it('deletes nothing that may be of somebody else', () => {
    expect(CAUSES.JobNotOurs.entry.rollBack(RUN)).not.toMatch(/delete/);
    expect(CAUSES.AdoptionRefused.entry.rollBack(RUN)).not.toMatch(/delete/);
  });

  it('does not blame the revision for what others did', () => {
    expect(CAUSES.NodeLost.entry.rollBack({ ...RUN, mode: 'observe' })).toMatch(/^Not needed for this cause/);
    expect(entry.rollBack({ ...RUN, mode: 'observe' })).not.toMatch(/Not needed/);
  });

  it('rolls back the live Deployment after a promotion that failed, also in preview', () => {
    expect(CAUSES.PromotionFailed.entry.rollBack(RUN)).toContain('kubectl rollout undo deployment/web -n shop');
  });
});
