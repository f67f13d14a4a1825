import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, listAt, numberAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import { isOptionName, inputsOf } from '../../src/core/options/table.ts';
import { spelling } from '../../src/core/options/option-spec.ts';
import { repository } from '../e2e/front-ends.ts';

const example = async (name: string): Promise<unknown> =>
  parse(await readFile(join(repository, 'examples', name), 'utf8'));

describe('examples', () => {
  test('testcar-gate.yaml holds only options', async () => {
    const config = objectAt(await example('testcar-gate.yaml'));
    expect(Object.keys(config).filter((key) => !isOptionName(key))).toEqual([]);
  });

  test('azure-pipelines.yml holds only inputs of the task', async () => {
    const task: unknown = JSON.parse(await readFile(join(repository, 'task.json'), 'utf8'));
    const known = listAt(task, 'inputs').flatMap((input) => [stringAt(input, 'name'), ...listAt(input, 'aliases')]);
    const step = listAt(await example('azure-pipelines.yml'), 'steps')[0];
    expect(Object.keys(objectAt(step, 'inputs')).filter((key) => !known.includes(key))).toEqual([]);
    expect(stringAt(step, 'task')).toBe(`${stringAt(task, 'name')}@${String(numberAt(task, 'version', 'Major'))}`);
  });

  test('github-workflow.yml holds only inputs of the action', async () => {
    const steps = listAt(await example('github-workflow.yml'), 'jobs', 'deliver', 'steps').filter(isObject);
    const gate = steps.find((step) => step['id'] === 'gate');
    const known: readonly string[] = inputsOf('github').map((name) => spelling(name, 'github'));
    expect(Object.keys(objectAt(gate, 'with')).filter((key) => !known.includes(key))).toEqual([]);
  });
});
