import type { RunFacts } from '../causes/cause.ts';
import { optionsInWords } from '../causes/cause-options.ts';
import { CAUSES } from '../causes/index.ts';
import { SECRET_ROTATION } from '../causes/recovery.ts';
import type { Failed } from '../judge/verdict.ts';
import { SECTION_TITLES } from '../model/evidence.ts';
import { playbookPage } from './report-files.ts';
import type { Report } from './report.ts';
import { MAX_VALUE_BYTES, type Section, knownFacts } from './section.ts';
import { secretsFound } from './secrets-section.ts';
import { oneLine, truncate } from './text.ts';

/** Title and field names are fixed by the remediation playbook. */
export function playbookSection({ finding }: Failed, report: Report): Section {
  const { section, entry } = CAUSES[finding.cause];
  const run: RunFacts = report;
  const steps = entry.remediation(finding.evidence).map((step) => truncate(oneLine(step), MAX_VALUE_BYTES));
  return {
    id: 'playbook',
    heading: SECTION_TITLES[section],
    folded: false,
    blocks: [
      {
        kind: 'facts',
        facts: knownFacts([
          ['Technical Impact', entry.technicalImpact],
          ['Customer Impact', entry.customerImpact(run)],
          ['Data Loss', entry.dataLoss],
        ]),
      },
      { kind: 'list', title: 'Remediation', ordered: true, items: steps },
      {
        kind: 'facts',
        facts: knownFacts([
          ['Detect', entry.detect(finding.evidence, run).join('; '), true],
          ['Expected recovery', entry.expectedRecovery],
          ['Validate', entry.validate(run)],
          ['Roll back', entry.rollBack(run)],
          ['Rotate secrets', secretsFound(report) === '' ? undefined : SECRET_ROTATION],
          ['Option', optionsInWords(finding.cause)],
          ['Playbook page', playbookPage(finding.cause), true],
        ]),
      },
    ],
  };
}
