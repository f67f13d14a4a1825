import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES, CAUSE_NAMES, type Cause } from '../../../src/core/causes/index.ts';
import type { Evidence, FailureClass, PlaybookSection } from '../../../src/core/model/evidence.ts';
import { OPTIONS } from '../../../src/core/options/table.ts';
import { CASES } from './cases.ts';

describe.each(CAUSE_NAMES)('%s', (cause) => {
  const { evidence, headline, first } = CASES[cause];
  const spec = CAUSES[cause];

  it('words its headline and its first step', () => {
    expect(spec.headline(evidence)).toBe(headline);
    expect(spec.entry.remediation(evidence)[0]).toBe(first);
  });

  it('has a complete playbook entry', () => {
    const { technicalImpact, customerImpact, dataLoss, remediation, option } = spec.entry;
    for (const line of [spec.title, technicalImpact, customerImpact, dataLoss, ...remediation(evidence)]) {
      expect(line).toMatch(/\S/);
      expect(line).not.toMatch(/undefined|NaN|\[object/);
    }
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
    'SutDisrupted',
    'TestcarDisrupted',
    'NodeLost',
  ]);
});
