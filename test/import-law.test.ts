import { ESLint } from 'eslint';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
// @ts-expect-error: the lint rule is JavaScript, because the linter loads it.
import { offence } from '../scripts/lint/import-law.js';

const root = path.resolve(import.meta.dirname, '..');
const why = offence as (file: string, specifier: string) => string | undefined;

describe('the law', () => {
  const forbidden: [file: string, specifier: string][] = [
    ['src/core/judge/ready.ts', '../../ports.ts'],
    ['src/core/judge/ready.ts', '../../gate/run.ts'],
    ['src/core/judge/ready.ts', '../../adapters/clock.ts'],
    ['src/core/judge/ready.ts', 'node:fs'],
    ['src/core/judge/ready.ts', 'yaml'],
    ['src/ports.ts', './gate/run.ts'],
    ['src/ports.ts', 'node:stream'],
    ['src/gate/run.ts', '../adapters/clock.ts'],
    ['src/gate/run.ts', '../main/version.ts'],
    ['src/gate/run.ts', 'node:timers/promises'],
    ['src/adapters/azure/host.ts', '../github/host.ts'],
    ['src/adapters/azure/host.ts', '../clock.ts'],
    ['src/adapters/azure/host.ts', '../../gate/run.ts'],
    ['src/adapters/azure/host.ts', '../../main/azure.ts'],
    ['src/adapters/azure/host.ts', 'axios'],
    ['src/adapters/github/inputs.ts', 'azure-pipelines-task-lib/task.js'],
    ['src/adapters/azure/connection.ts', '@kubernetes/client-node/dist/config.js'],
    ['src/adapters/files/report-files.ts', 'junit-report-builder'],
    ['src/main/cli.ts', 'yaml'],
    ['src/main/cli.ts', '../../scripts/build.ts'],
    ['src/main/cli.ts', 'left-pad'],
    ['task/run.ts', '../src/gate/run.ts'],
  ];
  it.each(forbidden)('%s may not import %s', (file, specifier) => {
    expect(why(file, specifier)).toBeTypeOf('string');
  });

  const allowed: [file: string, specifier: string][] = [
    ['src/core/judge/ready.ts', '../model/seen.ts'],
    ['src/ports.ts', './core/model/seen.ts'],
    ['src/gate/run.ts', './wait.ts'],
    ['src/gate/run.ts', '../ports.ts'],
    ['src/adapters/azure/host.ts', './commands.ts'],
    ['src/adapters/azure/host.ts', '../../ports.ts'],
    ['src/adapters/azure/http.ts', 'axios'],
    ['src/adapters/azure/inputs.ts', 'azure-pipelines-task-lib/task.js'],
    ['src/adapters/kubernetes/kubeconfig.ts', '@kubernetes/client-node/dist/config.js'],
    ['src/adapters/files/manifest-reader.ts', 'node:fs/promises'],
    ['src/main/azure.ts', '../adapters/azure/host.ts'],
    ['src/main/azure.ts', '../gate/run.ts'],
    ['task/run.ts', '../src/main/azure.ts'],
    ['test/any.test.ts', '../src/gate/run.ts'],
  ];
  it.each(allowed)('%s may import %s', (file, specifier) => {
    expect(why(file, specifier)).toBeUndefined();
  });
});

/**
 * The bans of eslint.config.js bite where they should and nowhere else. Untyped rules only: the snippets are no files.
 * The first call loads the linter with all its plugins, which takes long on a busy machine.
 */
describe('the linter', { timeout: 60_000 }, () => {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false, project: null } },
    },
    ruleFilter: ({ ruleId }) => ['law/imports', 'no-restricted-syntax', 'no-console'].includes(ruleId),
  });
  async function rules(file: string, code: string): Promise<readonly (string | null)[]> {
    const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
    return (result?.messages ?? []).map(({ ruleId }) => ruleId);
  }

  const offences: [file: string, code: string, rule: string][] = [
    ['src/core/x.ts', `import { readFile } from 'node:fs';\nreadFile;`, 'law/imports'],
    ['src/core/x.ts', `export { runGate } from '../gate/run.ts';`, 'law/imports'],
    ['src/core/x.ts', `export * from '../gate/run.ts';`, 'law/imports'],
    ['src/core/x.ts', `export const x = () => import('../gate/run.ts');`, 'law/imports'],
    ['src/core/x.ts', `import type { Run } from '../gate/run.ts';\nexport type X = Run;`, 'law/imports'],
    ['src/adapters/azure/x.ts', `export const x = (name: string) => import(name);`, 'law/imports'],
    ['src/core/x.ts', `export const x = Date.now();`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export const x = new Date();`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export const x = Math.random();`, 'no-restricted-syntax'],
    ['src/gate/x.ts', `export const x = Date.now();`, 'no-restricted-syntax'],
    ['src/gate/x.ts', `export const x = performance.now();`, 'no-restricted-syntax'],
    ['src/adapters/azure/x.ts', `console.log('hostile');`, 'no-console'],
    ['src/adapters/azure/x.ts', `process.stdout.write('hostile');`, 'no-restricted-syntax'],
    ['src/main/x.ts', `process.stderr.write('hostile');`, 'no-restricted-syntax'],
    ['src/adapters/azure/x.ts', `export const x = process.env['HOME'];`, 'no-restricted-syntax'],
    ['src/adapters/output/x.ts', `export const x = process.env['HOME'];`, 'no-restricted-syntax'],
    ['src/adapters/azure/x.ts', `process.exit(0);`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export default 1;`, 'no-restricted-syntax'],
    ['src/main/x.ts', `export enum X { A }`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export const x = JSON.parse('1') as number;`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export const x = 'hostile' as SafeLine;`, 'no-restricted-syntax'],
    ['src/core/report/sections.ts', `export const x = 'hostile' as SafeText;`, 'no-restricted-syntax'],
    ['src/core/report/render-markdown.ts', `export const x = 'hostile' as SafeLine;`, 'no-restricted-syntax'],
    ['src/core/report/log-lines.ts', `export const x = 'hostile' as SafeLine;`, 'no-restricted-syntax'],
    ['src/core/report/neutralise.ts', `export const x = 'hostile' as SafeBlock;`, 'no-restricted-syntax'],
    ['src/core/report/redact.ts', `export const x = {} as Redacted<object>;`, 'no-restricted-syntax'],
    ['src/adapters/azure/host.ts', `export const x = 'hostile' as SafeLine;`, 'no-restricted-syntax'],
    ['src/adapters/terminal/style.ts', `export const x = Number('1') as SafeLine;`, 'no-restricted-syntax'],
    ['src/adapters/azure/commands.ts', `console.log('hostile' as SafeLine);`, 'no-console'],
    ['src/main/x.ts', `export const x = 'hostile' as SafeText;`, 'no-restricted-syntax'],
    ['src/main/x.ts', `appendFileSync('file', 'hostile');`, 'no-restricted-syntax'],
    ['src/adapters/github/x.ts', `void fs.writeFile('file', 'hostile');`, 'no-restricted-syntax'],
    ['src/core/x.ts', `export const x = parseInt('1');`, 'no-restricted-syntax'],
  ];
  it.each(offences)('%s: %s', async (file, code, rule) => {
    expect(await rules(file, code)).toContain(rule);
  });

  const innocents: [file: string, code: string][] = [
    ['src/core/x.ts', `export const x = new Date(0).toISOString();`],
    ['src/core/x.ts', `export const x = Date.parse('2026-01-01');`],
    ['src/core/x.ts', `export const x = ['a', 'b'] as const;`],
    ['src/adapters/output/x.ts', `process.stdout.write('safe');`],
    ['src/core/report/neutralise.ts', `export const x = ['a' as SafeLine, 'b' as SafeText];`],
    ['src/adapters/github/commands.ts', `export const x = ['a' as SafeLine, 'b' as SafeText];`],
    ['src/adapters/junit/writer.ts', `export const x = '<testsuites/>' as SafeText;`],
    ['src/adapters/files/report-files.ts', `void appendFile('file', 'safe');`],
    ['src/adapters/azure/x.ts', `export const x = Date.now();`],
    ['src/main/x.ts', `export const x = process.env['HOME'];`],
    ['test/x.test.ts', `console.log(process.env['HOME'], Date.now());`],
    ['scripts/x.ts', `console.log(process.stdout.isTTY);`],
  ];
  it.each(innocents)('%s may: %s', async (file, code) => {
    expect(await rules(file, code)).toEqual([]);
  });
});
