import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azurePipelineRun, readTaskInputs } from '../../../src/adapters/azure/inputs.ts';
import { taskStub } from './task-stub.ts';

describe('readTaskInputs', () => {
  it('gives every asked name, undefined where the pipeline left it empty', () => {
    const task = taskStub({ inputs: { mode: 'observe', unrelated: 'x' } });
    expect(readTaskInputs(task, ['mode', 'namespace'])).toEqual({ mode: 'observe', namespace: undefined });
  });
});

describe('azurePipelineRun', () => {
  const build = {
    SYSTEM_TEAMPROJECTID: 'p1',
    BUILD_BUILDID: '77',
    SYSTEM_STAGENAME: 'Deploy',
    SYSTEM_PHASENAME: 'Gate',
    SYSTEM_JOBNAME: 'linux',
    SYSTEM_JOBATTEMPT: '1',
    SYSTEM_STAGEATTEMPT: '2',
  };
  const cases = [
    { name: 'a build', env: build, expected: { pipelineRun: 'p1/77/Deploy/Gate/linux', attempt: '2.1' } },
    {
      name: 'a matrix job, which shares its name with its siblings',
      env: { ...build, SYSTEM_JOBPOSITIONINPHASE: '3' },
      expected: { pipelineRun: 'p1/77/Deploy/Gate/linux/3', attempt: '2.1' },
    },
    {
      name: 'a classic release',
      env: { RELEASE_RELEASEID: '9', RELEASE_ENVIRONMENTNAME: 'prod', RELEASE_ATTEMPTNUMBER: '4' },
      expected: { pipelineRun: '9/prod', attempt: '4' },
    },
    { name: 'no agent', env: {}, expected: { pipelineRun: undefined, attempt: undefined } },
  ];
  it.each(cases)('$name', ({ env, expected }) => {
    expect(azurePipelineRun(env)).toEqual(expected);
  });
});

/** The task library changes the process that imports it, so it is imported in one of its own, bundled as it ships. */
describe('loadTaskLibrary', () => {
  let folder: string;
  let inputs: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'testcar-gate-'));
    inputs = path.join(folder, 'inputs.mjs');
    await build({
      entryPoints: [path.resolve(import.meta.dirname, '../../../src/adapters/azure/inputs.ts')],
      outfile: inputs,
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  type Ended = { code: number; stdout: string; stderr: string };
  async function run(script: string, env: Record<string, string>): Promise<Ended> {
    const source = `import { loadTaskLibrary } from ${JSON.stringify(pathToFileURL(inputs))};\n${script}`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', AGENT_TEMPDIRECTORY: folder, ...env },
    });
    return child.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
    );
  }

  it('reads inputs and endpoints and takes secrets out of the environment', async () => {
    const script = `
      const task = await loadTaskLibrary(process);
      const left = Object.keys(process.env).filter((key) => /^(INPUT|ENDPOINT_AUTH)_/.test(key));
      console.log('RESULT ' + JSON.stringify([
        task.input('mode'), task.input('absent'), task.endpointAuth('e1', 'apiToken'), task.endpointScheme('e1'),
        task.endpointData('e1', 'authorizationType'), task.endpointUrl('e1'), task.taskVariable('state'), left,
      ]));`;
    const { stdout, stderr, code } = await run(script, {
      INPUT_MODE: 'observe',
      ENDPOINT_AUTH_PARAMETER_e1_APITOKEN: 'the-secret-token',
      ENDPOINT_AUTH_SCHEME_e1: 'Token',
      ENDPOINT_DATA_e1_AUTHORIZATIONTYPE: 'ServiceAccount',
      ENDPOINT_URL_e1: 'https://k.example/',
      VSTS_TASKVARIABLE_STATE: '[]',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result: unknown = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? 'null');
    const expected = ['observe', null, 'the-secret-token', 'Token', 'ServiceAccount', 'https://k.example/', '[]', []];
    expect(result).toEqual(expected);
    // The library would have printed the token as a debug command.
    expect(stdout.replace(/^RESULT .*$/m, '')).not.toContain('the-secret-token');
    expect(await readdir(folder)).toContain('.taskkey');
  });

  it('a crash does not end with exit code 0, as it does with the listeners of the library', async () => {
    const crash = `setTimeout(() => { throw new Error('the crash'); }, 1);`;
    const library = JSON.stringify(import.meta.resolve('azure-pipelines-task-lib/task.js'));
    const ours = await run(`await loadTaskLibrary(process); ${crash}`, {});
    const theirs = await run(`await import(${library}); ${crash}`, {});
    expect({ ours: ours.code, theirs: theirs.code }).toEqual({ ours: 1, theirs: 0 });
    expect(ours.stderr).toContain('the crash');
  });

  it('leaves listeners that were there before', async () => {
    const script = `
      process.on('uncaughtException', ({ message }) => { console.log('OURS ' + message); process.exitCode = 5; });
      await loadTaskLibrary(process);
      setTimeout(() => { throw new Error('the crash'); }, 1);`;
    const { code, stdout } = await run(script, {});
    const ours = stdout.includes('OURS the crash');
    expect({ code, ours, complete: stdout.includes('task.complete') }).toEqual({
      code: 5,
      ours: true,
      complete: false,
    });
  });
});
