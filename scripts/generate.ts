/** Writes the files that derive from tables in the source: `npm run generate`. With `--check` it only compares. */
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { playbookPages } from '../src/core/causes/docs.ts';
import { CAUSES, CAUSE_NAMES } from '../src/core/causes/index.ts';
import { optionsMarkdown } from '../src/core/options/docs.ts';
import { configSchema } from '../src/core/options/json-schema.ts';
import { withActionInputs, withTaskInputs } from './manifests.ts';

export type GeneratedFile = { path: string; text: string };

/** A folder of which every file is generated. */
const PLAYBOOK = 'docs/playbook';

const GRACES = 'src/core/options/default-graces.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Every generated file with the content that it must have; paths are relative to the repository. */
export async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'docs/options.md', text: optionsMarkdown() },
    ...playbookPages().map(({ name, text }) => ({ path: `${PLAYBOOK}/${name}`, text })),
    {
      path: 'schema/testcar-gate.schema.json',
      text: await formatted('schema/testcar-gate.schema.json', JSON.stringify(configSchema())),
    },
    { path: GRACES, text: await formatted(GRACES, gracesSource()) },
    // Written by hand but for their inputs.
    { path: 'task.json', text: await formatted('task.json', withTaskInputs(await source('task.json'))) },
    { path: 'action.yml', text: await formatted('action.yml', withActionInputs(await source('action.yml'))) },
  ];
}

/** Paths of generated files that differ from what they must be, are missing, or are left of a cause that is gone. */
export async function staleFiles(root: string = ROOT): Promise<readonly string[]> {
  const stale: string[] = [];
  const files = await generatedFiles();
  for (const file of files) {
    const current = await readFile(path.join(root, file.path), 'utf8').catch(() => undefined);
    if (current?.replaceAll('\r\n', '\n') !== file.text) stale.push(file.path);
  }
  return [...stale, ...(await leftOver(root, files))];
}

async function leftOver(root: string, files: readonly GeneratedFile[]): Promise<readonly string[]> {
  const names = await readdir(path.join(root, PLAYBOOK)).catch(() => []);
  return names.map((name) => `${PLAYBOOK}/${name}`).filter((found) => !files.some((file) => file.path === found));
}

function gracesSource(): string {
  const each = CAUSE_NAMES.map((cause) => `${cause}: ${CAUSES[cause].graceMs},`);
  return [
    "import type { Cause } from '../causes/index.ts';",
    '',
    '/**',
    ' * `graceMs` of the table of causes. Made by `npm run generate`; do not edit. The start of a run reads options, and would',
    ' * load the words of every cause for these numbers.',
    ' */',
    'export const DEFAULT_GRACES_MS: Readonly<Record<Cause, number>> = {',
    ...each,
    '};',
  ].join('\n');
}

function source(file: string): Promise<string> {
  return readFile(path.join(ROOT, file), 'utf8');
}

async function formatted(file: string, text: string): Promise<string> {
  const filepath = path.join(ROOT, file);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--check')) {
    const stale = await staleFiles();
    for (const file of stale) console.error(`${file} is stale: run \`npm run generate\``);
    return stale.length === 0 ? 0 : 1;
  }
  for (const file of await generatedFiles()) {
    const target = path.join(ROOT, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text);
  }
  for (const file of await leftOver(ROOT, await generatedFiles())) await rm(path.join(ROOT, file));
  return 0;
}

const entry = process.argv[1];
if (entry !== undefined && import.meta.url === pathToFileURL(entry).href)
  process.exitCode = await main(process.argv.slice(2));
