import { FRONT_ENDS, type FrontEnd, OPTION_GROUPS, type OptionName, spelling } from './option-spec.ts';
import { OPTION_NAMES, inputsOf, optionSpec } from './table.ts';

const TITLES: Record<FrontEnd, string> = {
  azure: 'Azure Pipelines task',
  github: 'GitHub Action',
  cli: 'Command line',
};

const INTRODUCTIONS: Record<FrontEnd, string> = {
  azure:
    'Inputs of `TestcarGate`. Lists are written one item per line. The inputs for the connection are in [azure.md](azure.md).',
  github: 'Inputs under `with:`. Lists are written one item per line.',
  cli:
    'Flags of `testcar-gate`; a list is a flag given several times. `--config FILE` reads the same options from a YAML file, ' +
    'where they have their table names (`testTimeout`), see `schema/testcar-gate.schema.json`. A flag wins over the file.',
};

/** docs/options.md: one table per front end and group, from the option table. */
export function optionsMarkdown(): string {
  const parts = [
    '# Options',
    '',
    '<!-- Generated from src/core/options/table.ts by `npm run generate`. -->',
    '',
    'An empty value counts as not given. Every problem is shown at once, and nothing is deployed before all are solved.',
    'Durations are written like `90s`, `5m`, `1h30m`, `500ms`.',
  ];
  for (const frontEnd of FRONT_ENDS) {
    parts.push('', `## ${TITLES[frontEnd]}`, '', INTRODUCTIONS[frontEnd]);
    for (const [group, title] of Object.entries(OPTION_GROUPS)) parts.push(...groupTable(frontEnd, group, title));
  }
  return `${parts.join('\n')}\n`;
}

function groupTable(frontEnd: FrontEnd, group: string, title: string): readonly string[] {
  const names = inputsOf(frontEnd).filter((name) => optionSpec(name).group === group);
  if (names.length === 0) return [];
  const rows = names.map((name) => row(name, frontEnd));
  return ['', `### ${title}`, '', '| Option | Value | Default | What it does |', '| --- | --- | --- | --- |', ...rows];
}

function row(name: OptionName, frontEnd: FrontEnd): string {
  const spec = optionSpec(name);
  const value = spec.kind === 'choice' ? (spec.values ?? []).map((item) => `\`${item}\``).join(', ') : spec.kind;
  const required = spec.requiredWhen === undefined ? '' : ` Required ${spec.requiredWhen}.`;
  const help = inSpelling(`${spec.help}${required}`, frontEnd);
  return `| \`${spelling(name, frontEnd)}\` | ${value} | ${spec.default === undefined ? '' : `\`${spec.default}\``} | ${help} |`;
}

/** Option names within a help text, as the reader of that table has to write them. */
function inSpelling(help: string, frontEnd: FrontEnd): string {
  return help.replaceAll(/`([A-Za-z]+)`/g, (quoted, word: string) => {
    const name = OPTION_NAMES.find((candidate) => candidate === word);
    return name === undefined || !/[A-Z]/.test(word) ? quoted : `\`${spelling(name, frontEnd)}\``;
  });
}
