import Ajv from 'ajv';
import { describe, expect, test } from 'vitest';
import { generatedFiles, staleFiles } from '../../../scripts/generate.ts';
import { optionsMarkdown } from '../../../src/core/options/docs.ts';
import { parseDuration } from '../../../src/core/options/duration.ts';
import { configSchema } from '../../../src/core/options/json-schema.ts';
import { FRONT_ENDS, spelling } from '../../../src/core/options/option-spec.ts';
import { OPTION_NAMES, inputsOf, optionSpec } from '../../../src/core/options/table.ts';

const ajv = new Ajv.default({ strict: false, allErrors: true });

describe('the option table', () => {
  test.each(OPTION_NAMES)('%s is consistent', (name) => {
    const { kind, values, default: text, help } = optionSpec(name);
    expect(values !== undefined).toBe(kind === 'choice');
    if (kind === 'choice') expect(values).toContain(text);
    if (kind === 'duration') expect(parseDuration(text ?? '')).toBeGreaterThan(0);
    expect(help).toMatch(/^[A-Z`].*\.$/);
  });

  test('what a front end finds by itself is no input of it', () => {
    const missing = FRONT_ENDS.map((frontEnd) => OPTION_NAMES.filter((name) => !inputsOf(frontEnd).includes(name)));
    expect(missing).toEqual([['kubeconfig', 'context', 'pipelineRun', 'attempt'], ['pipelineRun', 'attempt'], []]);
  });

  test('spellings', () => {
    expect(FRONT_ENDS.map((frontEnd) => spelling('previewReplicas', frontEnd))).toEqual([
      'previewReplicas',
      'preview-replicas',
      '--preview-replicas',
    ]);
  });
});

describe('generated files', () => {
  test('are what the table says; else run `npm run generate`', async () => {
    expect(await staleFiles()).toEqual([]);
  });

  test('a repository without them is stale', async () => {
    const paths = (await generatedFiles()).map((file) => file.path);
    expect(paths).toContain('docs/options.md');
    expect(await staleFiles('/nonexistent')).toEqual(paths);
  });

  test('the docs have a row for every option of every front end, and name others in the same spelling', () => {
    const docs = optionsMarkdown();
    for (const frontEnd of FRONT_ENDS) {
      for (const name of inputsOf(frontEnd)) expect(docs).toContain(`| \`${spelling(name, frontEnd)}\` |`);
    }
    expect(docs).toContain('Only with `--testcar-image`: command');
  });
});

describe('configSchema', () => {
  const validate = ajv.compile(configSchema());

  test.each([
    { manifests: ['deploy'], testcarImage: 'testcar:1', sutPort: 8080, promote: false, testTimeout: '1h30m' },
    { manifests: 'deploy', testcarManifest: 'job.yaml', minTests: 5, mode: 'in-place' },
    {},
  ])('accepts %j', (config) => {
    expect(validate(config)).toBe(true);
  });

  test.each([
    { nameSpace: 'x' },
    { testTimeout: 90 },
    { testTimeout: '90' },
    { sutPort: 0 },
    { mode: 'live' },
    { promote: 'yes' },
    { minTests: 0 },
    { testcarManifest: 'a', testcarImage: 'b' },
  ])('refuses %j', (config) => {
    expect(validate(config)).toBe(false);
  });
});
