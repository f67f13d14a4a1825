import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { staleFiles } from '../scripts/generate.ts';
import { runHelpText } from '../src/adapters/cli/help.ts';
import { CONNECTION_TYPES } from '../src/adapters/azure/connection.ts';
import { CONNECTION_INPUTS } from '../src/adapters/azure/inputs.ts';
import { spelling } from '../src/core/options/option-spec.ts';
import { inputsOf, optionSpec } from '../src/core/options/table.ts';
import { type Staged, repository, stage } from './staged.ts';

type Input = {
  name: string;
  type: string;
  groupName: string;
  defaultValue?: string;
  options?: Record<string, string>;
  aliases?: string[];
};
type Section = Record<string, { target: string }>;
type TaskManifest = {
  id: string;
  version: { Major: number; Minor: number; Patch: number };
  friendlyName: string;
  groups: { name: string }[];
  inputs: Input[];
  outputVariables: { name: string }[];
  restrictions: { settableVariables: { allowed: string[] } };
  execution: Section;
  postjobexecution: Section;
};
type ActionManifest = {
  inputs: Record<string, { description: string; default?: string }>;
  outputs: Record<string, unknown>;
  runs: Record<string, string>;
};

const text = (file: string) => readFile(path.join(repository, file), 'utf8');
const task = JSON.parse(await text('task.json')) as TaskManifest;
const action = parse(await text('action.yml')) as ActionManifest;
const version = (JSON.parse(await text('package.json')) as { version: string }).version;

describe('one option table', () => {
  it('task.json has its inputs and those of the connection, and no others', () => {
    expect(task.inputs.map(({ name }) => name)).toEqual([...CONNECTION_INPUTS, ...inputsOf('azure')]);
  });

  it('action.yml has its inputs, and no others', () => {
    const names = inputsOf('github').map((name) => spelling(name, 'github'));
    expect(Object.keys(action.inputs)).toEqual(names);
  });

  it('the help has its flags, and no others', () => {
    const flags = [...runHelpText().matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
    expect(flags).toEqual(['--config', ...inputsOf('cli').map((name) => spelling(name, 'cli'))]);
  });

  it('values and defaults are those of the table', () => {
    for (const name of inputsOf('azure')) {
      const input = task.inputs.find((candidate) => candidate.name === name);
      const spec = optionSpec(name);
      // Only the running task knows the agent's temporary folder.
      expect({ name, default: input?.defaultValue }).toEqual({
        name,
        default: name === 'reportDir' ? undefined : spec.default,
      });
      expect({ name, values: Object.keys(input?.options ?? {}) }).toEqual({ name, values: spec.values ?? [] });
    }
    for (const name of inputsOf('github')) {
      expect(action.inputs[spelling(name, 'github')]?.default).toEqual(optionSpec(name).default);
    }
  });

  it('the connection types are those that the task understands', () => {
    const input = task.inputs.find(({ name }) => name === 'connectionType');
    expect(Object.keys(input?.options ?? {})).toEqual([...CONNECTION_TYPES]);
  });

  it('generated files are up to date', async () => {
    expect(await staleFiles()).toEqual([]);
  });
});

/** The vendor's schema, as far as a task like this one is concerned (azure-pipelines-task-lib, tasks.schema.json). */
const identifier = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9]*$' };
const handlers = {
  type: 'object',
  additionalProperties: false,
  required: ['Node20_1', 'Node24'],
  properties: Object.fromEntries(
    ['Node20_1', 'Node24'].map((handler) => [
      handler,
      {
        type: 'object',
        required: ['target'],
        additionalProperties: false,
        properties: { target: { type: 'string', minLength: 1 } },
      },
    ]),
  ),
};
const TASK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'name',
    'friendlyName',
    'description',
    'author',
    'category',
    'version',
    'instanceNameFormat',
    'inputs',
    'execution',
  ],
  properties: {
    $schema: { type: 'string' },
    id: { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' },
    name: { type: 'string', pattern: '^[A-Za-z0-9-]+$' },
    friendlyName: { type: 'string', maxLength: 40 },
    description: { type: 'string' },
    helpMarkDown: { type: 'string' },
    author: { type: 'string' },
    category: { enum: ['Build', 'Utility', 'Test', 'Package', 'Deploy'] },
    visibility: { type: 'array', items: { enum: ['Build', 'Release'] } },
    runsOn: { type: 'array', items: { enum: ['Agent', 'MachineGroup', 'Server', 'ServerGate', 'DeploymentGroup'] } },
    demands: { type: 'array', items: { type: 'string' } },
    version: {
      type: 'object',
      required: ['Major', 'Minor', 'Patch'],
      additionalProperties: false,
      properties: Object.fromEntries(
        ['Major', 'Minor', 'Patch'].map((part) => [part, { type: 'integer', minimum: 0 }]),
      ),
    },
    minimumAgentVersion: { type: 'string', pattern: '^\\d+\\.\\d+(\\.\\d+)?$' },
    instanceNameFormat: { type: 'string', minLength: 1 },
    showEnvironmentVariables: { type: 'boolean' },
    groups: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'displayName'],
        additionalProperties: false,
        properties: {
          name: identifier,
          displayName: { type: 'string' },
          isExpanded: { type: 'boolean' },
          visibleRule: { type: 'string' },
        },
      },
    },
    inputs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'label', 'type'],
        additionalProperties: false,
        properties: {
          name: identifier,
          label: { type: 'string', minLength: 1 },
          type: {
            anyOf: [
              { enum: ['boolean', 'filePath', 'multiLine', 'pickList', 'radio', 'secureFile', 'string', 'int'] },
              { type: 'string', pattern: '^connectedService:.+$' },
            ],
          },
          aliases: { type: 'array', items: identifier },
          defaultValue: { type: ['string', 'boolean'] },
          required: { type: 'boolean' },
          helpMarkDown: { type: 'string' },
          groupName: { type: 'string' },
          visibleRule: { type: 'string' },
          options: { type: 'object', additionalProperties: { type: 'string' } },
          properties: { type: 'object', additionalProperties: { type: 'string' } },
        },
      },
    },
    outputVariables: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'description'],
        additionalProperties: false,
        properties: { name: identifier, description: { type: 'string' } },
      },
    },
    execution: handlers,
    postjobexecution: handlers,
    restrictions: {
      type: 'object',
      additionalProperties: false,
      properties: {
        commands: { type: 'object', properties: { mode: { enum: ['any', 'restricted'] } } },
        settableVariables: { type: 'object', properties: { allowed: { type: 'array', items: { type: 'string' } } } },
      },
    },
  },
};

describe('task.json', () => {
  it('fits the schema', () => {
    const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
    const validate = ajv.compile(TASK_SCHEMA);
    validate(task);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('a manifest with a mistake does not fit it', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(TASK_SCHEMA);
    expect(validate({ ...task, friendlyName: 'x'.repeat(41) })).toBe(false);
    expect(validate({ ...task, execution: { Node20: { target: 'run.mjs' } } })).toBe(false);
  });

  it('every input is in a group that exists, and no name or alias is used twice', () => {
    const groups = task.groups.map(({ name }) => name);
    expect(task.inputs.filter(({ groupName }) => !groups.includes(groupName))).toEqual([]);
    const names = task.inputs.flatMap(({ name, aliases = [] }) => [name, ...aliases].map((each) => each.toLowerCase()));
    // An alias may be the value of a pick list, as in the vendor's tasks, but not another input.
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('may set its output variables and its own state, and nothing else', () => {
    const outputs = task.outputVariables.map(({ name }) => name);
    expect(outputs).toEqual(['testcarVerdict', 'testcarCause', 'testcarReportDir']);
    expect(task.restrictions.settableVariables.allowed).toEqual([...outputs, 'testcarLeftBehind']);
  });
});

describe('what is staged', () => {
  let staged: Staged;
  beforeAll(async () => {
    staged = await stage();
  }, 60_000);
  afterAll(() => staged.remove());

  it('has every file that task.json names', async () => {
    const folder = path.join(staged.extension, 'task');
    const manifest = JSON.parse(await readFile(path.join(folder, 'task.json'), 'utf8')) as TaskManifest;
    const files = [manifest.execution, manifest.postjobexecution].flatMap((section) =>
      Object.values(section).map(({ target }) => target),
    );
    expect([...files, 'icon.png'].filter((file) => !existsSync(path.join(folder, file)))).toEqual([]);
  });

  it('has every file that vss-extension.json names', async () => {
    const manifest: unknown = JSON.parse(await readFile(path.join(staged.extension, 'vss-extension.json'), 'utf8'));
    const { icons, content, files, contributions } = manifest as {
      icons: Record<string, string>;
      content: Record<string, { path: string }>;
      files: { path: string }[];
      contributions: { properties: { name: string } }[];
    };
    const named = [
      ...Object.values(icons),
      ...[...Object.values(content), ...files].map((entry) => entry.path),
      ...contributions.map(({ properties }) => `${properties.name}/task.json`),
    ];
    expect(named.filter((file) => !existsSync(path.join(staged.extension, file)))).toEqual([]);
  });

  it('has every file that action.yml names', () => {
    const { main = '', post = '' } = action.runs;
    expect([main, post].filter((file) => !existsSync(path.join(staged.action, file)))).toEqual([]);
    expect(action.runs).toEqual({ using: 'node24', main, post, 'post-if': 'always()' });
  });

  it('carries the version of package.json, and only there', async () => {
    const [Major, Minor, Patch] = version.split('.').map(Number);
    const stagedTask = JSON.parse(
      await readFile(path.join(staged.extension, 'task/task.json'), 'utf8'),
    ) as TaskManifest;
    const stagedExtension = JSON.parse(await readFile(path.join(staged.extension, 'vss-extension.json'), 'utf8')) as {
      version: string;
    };
    expect(stagedTask).toEqual({ ...task, version: { Major, Minor, Patch } });
    expect(stagedExtension.version).toBe(version);
    expect(task.version).toEqual({ Major: 0, Minor: 0, Patch: 0 });
  });

  it('has icons of the sizes that the marketplace asks for', async () => {
    const sizeOf = async (file: string) => {
      const png = await readFile(path.join(staged.extension, file));
      return [png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)];
    };
    expect(await sizeOf('icon.png')).toEqual(['PNG', 128, 128]);
    expect(await sizeOf('task/icon.png')).toEqual(['PNG', 32, 32]);
  });

  it('names the licence of what is bundled', async () => {
    const notices = await readFile(path.join(staged.cli, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    expect(notices).toMatch(/^@kubernetes\/client-node \d+\.\d+\.\d+ \(Apache-2\.0\)$/m);
    // Only the Azure task talks to Azure.
    expect(notices).not.toMatch(/^axios /m);
  });
});
