import { OPTION_GROUPS, type OptionGroup, type OptionName, spelling } from '../../core/options/option-spec.ts';
import { inputsOf, optionSpec } from '../../core/options/table.ts';
import { SELFTEST_FLAGS } from '../../core/selftest/flags.ts';
import { TEST_TIMEOUT } from '../../core/selftest/inputs.ts';
import { DEFAULT_IMAGE } from '../../core/selftest/objects.ts';
import { SCENARIOS } from '../../core/selftest/scenarios.ts';
import type { Command } from './args.ts';

const COLUMN = 28;
const WIDTH = 110;

/** `testcar-gate --help`. */
export function helpText(): string {
  return [
    'testcar-gate: deploys a new revision to Kubernetes, runs testcar beside it, and opens only on proof.',
    '',
    'Usage:',
    '  testcar-gate run [options]     run the gate',
    '  testcar-gate run --help        all options of a run',
    '  testcar-gate selftest          does the gate open and close as it should in this cluster?',
    '  testcar-gate selftest --help   its options',
    '  testcar-gate --version',
    '',
    'Exit codes: 0 passed, 1 tests failed, 2 system under test not ready, 3 testcar error, 4 cluster error,',
    '5 inconclusive, 64 wrong input (nothing was deployed), 130 or 143 cancelled.',
    'Every code but 0 means: do not ship.',
    '',
  ].join('\n');
}

/** `testcar-gate run --help`: one paragraph per option of the table, in its groups. */
export function runHelpText(): string {
  const lines = ['Usage: testcar-gate run [options]', ''];
  lines.push(
    ...entry('--config FILE', 'YAML file with options by their camelCase names. Flags win over the file.'),
    '',
  );
  for (const [group, title] of groups()) {
    lines.push(`${title}:`);
    for (const name of inputsOf('cli')) if (optionSpec(name).group === group) lines.push(...optionEntry(name));
    lines.push('');
  }
  return lines.join('\n');
}

/** What differs from the option of the same meaning in `run`. */
const SELFTEST_HELP: Partial<Record<OptionName, string>> = {
  testcarImage: `Image of all containers: a busybox, or another with sh, tar, gzip, base64, sha256sum, wget or nc, and httpd or nc. Default: ${DEFAULT_IMAGE}.`,
  testTimeout: `How long each of the tests may take. Default: ${TEST_TIMEOUT}.`,
  reportDir: 'Folder for the reports: one folder per run in it. Default: testcar-gate-report.',
};

/** `testcar-gate selftest --help`. */
export function selftestHelpText(): string {
  const lines = [
    'Usage: testcar-gate selftest [options]',
    '',
    `Runs the gate ${SCENARIOS.length} times against the cluster, with a system under test and a testcar of its own:`,
    ...SCENARIOS.map(
      ({ name, does, expected }) => `  ${name.padEnd(8)}testcar ${does}: must end with ${expected.class}`,
    ),
    'Everything that it makes is temporary and deleted. Nothing that is in the namespace is changed.',
    '',
  ];
  for (const [long, name] of SELFTEST_FLAGS) {
    const help = SELFTEST_HELP[name];
    const term = `--${long}${placeholder(optionSpec(name).kind)}`;
    lines.push(...(help === undefined ? optionEntry(name) : entry(term, help)));
  }
  lines.push(
    '',
    'Exit codes: 0 all as they should be, 5 not so, 4 or 64 the cluster or the input kept the test from being made,',
    '130 or 143 cancelled.',
    '',
  );
  return lines.join('\n');
}

/** The help that `--help` asks for. */
export function helpFor(command: Command | undefined): string {
  if (command === 'run') return runHelpText();
  return command === 'selftest' ? selftestHelpText() : helpText();
}

function groups(): readonly [OptionGroup, string][] {
  const order: OptionGroup[] = [];
  for (const name of inputsOf('cli')) {
    const { group } = optionSpec(name);
    if (!order.includes(group)) order.push(group);
  }
  return order.map((group) => [group, OPTION_GROUPS[group]]);
}

function optionEntry(name: OptionName): readonly string[] {
  const spec = optionSpec(name);
  const notes = [
    spec.kind === 'choice' ? `One of ${(spec.values ?? []).join(', ')}.` : '',
    spec.kind === 'list' ? 'May be repeated.' : '',
    spec.requiredWhen === undefined ? '' : `Required ${spec.requiredWhen.replaceAll('`', '')}.`,
    spec.default === undefined ? '' : `Default: ${spec.default}.`,
  ];
  const text = [spec.help.replaceAll('`', '').replaceAll('One per line.', ''), ...notes].filter((part) => part !== '');
  return entry(`${spelling(name, 'cli')}${placeholder(spec.kind)}`, text.join(' ').replaceAll(/ {2,}/g, ' '));
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  text: ' TEXT',
  path: ' PATH',
  list: ' ITEM',
  duration: ' DURATION',
  integer: ' N',
  port: ' PORT',
  choice: ' WORD',
  boolean: '[=true|false]',
};

function placeholder(kind: string): string {
  return PLACEHOLDERS[kind] ?? '';
}

function entry(term: string, text: string): readonly string[] {
  const head = `  ${term}`.padEnd(COLUMN);
  const lines = wrap(text, WIDTH - COLUMN);
  const first = head.length > COLUMN - 1 ? [head.trimEnd()] : [];
  const rest = lines.map((line, index) => (index === 0 && first.length === 0 ? head : ' '.repeat(COLUMN)) + line);
  return [...first, ...rest];
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
