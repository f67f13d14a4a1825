import { SECTION_TITLES } from '../model/evidence.ts';
import { MODES } from '../options/options.ts';
import { duration } from '../report/time.ts';
import { optionsOf } from './cause-options.ts';
import { EXAMPLE_RUN, exampleEvidence } from './example-evidence.ts';
import { VARIANTS } from './example-variants.ts';
import { CAUSES, CAUSE_NAMES, type Cause } from './index.ts';
import { SECRET_ROTATION } from './recovery.ts';

export type PlaybookPage = { name: string; text: string };

const GENERATED = '<!-- Generated from src/core/causes by `npm run generate`. -->';

/** docs/playbook: the index and one page per cause. Names in angle brackets stand for those of a run. */
export function playbookPages(): readonly PlaybookPage[] {
  return [
    { name: 'README.md', text: index() },
    ...CAUSE_NAMES.map((cause) => ({ name: `${cause}.md`, text: page(cause) })),
  ];
}

function index(): string {
  const parts = [
    '# Remediation playbook',
    GENERATED,
    'Every way in which the gate can close has one cause, and every cause has one page. The last line of the log names class and cause; the log also prints the entry, filled with the facts of the run.',
    'Commands on a pod or Job that the gate has deleted find nothing; events of it stay for about an hour, and the option `keep` leaves everything in place after a failure.',
    `If the report has a line "Rotate secrets": ${plain(SECRET_ROTATION)}`,
  ];
  for (const [section, title] of Object.entries(SECTION_TITLES)) {
    parts.push(`## ${title}`);
    const causes = CAUSE_NAMES.filter((cause) => CAUSES[cause].section === section);
    for (const failureClass of new Set(causes.map((cause) => CAUSES[cause].class))) {
      const rows = causes
        .filter((cause) => CAUSES[cause].class === failureClass)
        .map((cause) => `| [${cause}](${cause}.md) | ${plain(CAUSES[cause].title)} |`);
      parts.push(`### ${failureClass}`, ['| Cause | Meaning |', '| --- | --- |', ...rows].join('\n'));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

function page(cause: Cause): string {
  const { title, class: failureClass, section, graceMs, graceSource, headline, entry } = CAUSES[cause];
  const evidence = exampleEvidence(cause);
  const [run] = MODES.map((mode) => ({ ...EXAMPLE_RUN, mode }));
  if (run === undefined) throw new Error('no modes');
  const grace = graceMs === 0 ? 'at first sight' : `when it has held for ${duration(graceMs)}`;
  return `${[
    `# ${cause}: ${plain(title)}`,
    GENERATED,
    `Class \`${failureClass}\`, section "${SECTION_TITLES[section]}" of the [playbook](README.md). Decided ${grace}.${graceSource === undefined ? '' : ` ${plain(graceSource)}`}`,
    `> ${plain(headline(evidence))}`,
    `**Technical Impact:** ${plain(entry.technicalImpact)}`,
    `**Customer Impact:**\n\n${perMode((mode) => entry.customerImpact({ ...run, mode }))}`,
    `**Data Loss:** ${plain(entry.dataLoss)}`,
    '## Detect',
    ['```sh', ...entry.detect(evidence, run), '```'].join('\n'),
    '## Remediation',
    entry
      .remediation(evidence)
      .map((step, i) => `${i + 1}. ${plain(step)}`)
      .join('\n'),
    ...firstSteps(cause),
    ...optionLines(cause),
    '## Recovery',
    `**Expected recovery:** ${plain(entry.expectedRecovery)}`,
    `**Validate:**\n\n${perMode((mode) => entry.validate({ ...run, mode }))}`,
    `**Roll back:**\n\n${perMode((mode) => entry.rollBack({ ...run, mode }))}`,
  ].join('\n\n')}\n`;
}

function optionLines(cause: Cause): readonly string[] {
  return optionsOf(cause).map(({ option, example }) => {
    const entry = example === undefined ? '' : ` with an entry such as \`${example}\`, which is the default`;
    return `Option that changes this: \`${option}\`${entry}, see [options](../options.md).`;
  });
}

function firstSteps(cause: Cause): readonly string[] {
  const variants = VARIANTS[cause];
  if (variants === undefined) return [];
  const rows = variants.map(([reported, evidence]) => {
    const [first = ''] = CAUSES[cause].entry.remediation({ ...exampleEvidence(cause), ...evidence });
    return `| ${plain(reported)} | ${plain(first)} |`;
  });
  return [
    'Another first step, where this is reported:',
    ['| Reported | First step |', '| --- | --- |', ...rows].join('\n'),
  ];
}

/** One line for the modes that have the same text. */
function perMode(text: (mode: string) => string): string {
  const modesOf = new Map<string, string[]>();
  for (const mode of MODES) modesOf.set(text(mode), [...(modesOf.get(text(mode)) ?? []), mode]);
  return [...modesOf]
    .map(([line, modes]) => `- ${modes.length === MODES.length ? '' : `mode ${modes.join(', ')}: `}${plain(line)}`)
    .join('\n');
}

/** Our own sentences as Markdown: placeholders are no HTML, globs no emphasis, variables no formulas. */
function plain(text: string): string {
  return text.replaceAll(/[<>*$|[\]]/g, '\\$&');
}
