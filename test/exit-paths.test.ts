import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Ended,
  type Sabotage,
  type Server,
  atFirstConnection,
  startSabotaged,
  startLoginPage,
  startSilentServer,
  textOf,
  writeKubeconfig,
} from './exit-paths.ts';
import { repository, type Staged, stage } from './staged.ts';

/*
 * Every way in which a process of ours can end, made by real means: the exit code is 0 only for a proven pass. No case
 * here has a cluster, so none of them may end with 0. That PASSED is 0, and what every other verdict is, is proved on the
 * real cluster by the fault matrix (test/e2e/scenarios).
 */

const NODES = ['node20', 'node24'].map((name) => ({
  name,
  binary: path.join(repository, 'test/runtimes/node_modules', name, 'bin/node'),
}));
const CONNECTION = '2f6a8c9e-0b1d-4e3f-8a5c-7d9e1f2a3b4c';
const FRONT_ENDS = ['cli', 'azure', 'github'] as const;
type FrontEnd = (typeof FRONT_ENDS)[number];

let staged: Staged;
let silent: Server;
let loginPage: Server;
beforeAll(async () => {
  [staged, silent, loginPage] = await Promise.all([stage(), startSilentServer(), startLoginPage()]);
}, 60_000);
afterAll(() => Promise.all([staged.remove(), silent.close(), loginPage.close()]));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testcar-gate-exit-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Started = { file: string; args: readonly string[]; env: Readonly<Record<string, string>> };

/** A run of the front end that waits for a server which never answers. */
const START: Record<FrontEnd, (file?: string, server?: Server) => Promise<Started>> = {
  cli: async (file = path.join(staged.cli, 'testcar-gate.mjs'), server = silent) => ({
    file,
    args: ['run', ...OBSERVE, `--kubeconfig=${await kubeconfig(server)}`],
    env: {},
  }),
  azure: async (file = path.join(staged.extension, 'task/run.mjs'), server = silent) => {
    await mkdir(path.join(folder, 'temp'), { recursive: true });
    return {
      file,
      args: [],
      env: {
        AGENT_TEMPDIRECTORY: path.join(folder, 'temp'),
        BUILD_BUILDID: '1',
        INPUT_MODE: 'observe',
        INPUT_DEPLOYMENT: 'web',
        INPUT_TESTCARIMAGE: 'r/t:1',
        INPUT_CONNECTIONTYPE: 'kubernetesServiceConnection',
        INPUT_KUBERNETESSERVICEENDPOINT: CONNECTION,
        [`ENDPOINT_URL_${CONNECTION}`]: 'https://k.example/',
        [`ENDPOINT_AUTH_SCHEME_${CONNECTION}`]: 'Kubernetes',
        [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_KUBECONFIG`]: await textOf(await kubeconfig(server)),
        VSTS_TASKVARIABLE_TESTCARLEFTBEHIND: LEFT_BEHIND,
      },
    };
  },
  github: async (file = path.join(staged.action, 'dist/action/main.mjs'), server = silent) => ({
    file,
    args: [],
    env: {
      GITHUB_RUN_ID: '1',
      GITHUB_JOB: 'gate',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_OUTPUT: path.join(folder, 'output'),
      GITHUB_STATE: path.join(folder, 'state'),
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
      INPUT_MODE: 'observe',
      INPUT_DEPLOYMENT: 'web',
      'INPUT_TESTCAR-IMAGE': 'r/t:1',
      INPUT_KUBECONFIG: await kubeconfig(server),
      'STATE_left-behind': LEFT_BEHIND,
    },
  }),
};
const OBSERVE = ['--mode=observe', '--deployment=web', '--testcar-image=r/t:1'];
const LEFT_BEHIND = JSON.stringify([
  { apiVersion: 'batch/v1', kind: 'Job', namespace: 'n', name: 'j', uid: 'u', runId: 'r' },
]);
const kubeconfig = ({ url }: Server) => writeKubeconfig(path.join(folder, 'kubeconfig'), url);

type How = Sabotage & {
  name: string;
  /** What an agent gets to see; a shell sees 128 + signal. */
  ends: number | NodeJS.Signals | readonly (number | NodeJS.Signals)[];
};

const CRASHES: readonly How[] = [
  { name: 'Node cannot start', nodeOptions: '--no-such-option-of-node', ends: 9 },
  { name: 'throws while it is loaded', module: `throw new Error('sabotage');`, ends: 1 },
  {
    name: 'throws before the run',
    module: `process.on = () => { throw new Error('sabotage'); };`,
    ends: 1,
  },
  {
    name: 'an exception outside of every await',
    module: atFirstConnection(`throw new Error('sabotage');`),
    ends: 5,
  },
  {
    name: 'an exception that is no Error',
    module: atFirstConnection('throw undefined;'),
    ends: 5,
  },
  {
    name: 'a promise that nobody awaits is rejected',
    module: atFirstConnection(`Promise.reject(new Error('sabotage'));`),
    ends: 5,
  },
  {
    name: 'one crash after the other',
    module: atFirstConnection(`setImmediate(() => { throw new Error('two'); }); throw new Error('one');`),
    ends: 5,
  },
  {
    name: 'nothing is left to wait for',
    // Every socket and timer stops to hold the process; the promises that wait for them are never settled.
    module: `import { subscribe } from 'node:diagnostics_channel';
import promises from 'node:timers/promises';
import { syncBuiltinESMExports } from 'node:module';
const wait = promises.setTimeout;
promises.setTimeout = (ms, value, options) => wait(ms, value, { ...options, ref: false });
syncBuiltinESMExports();
const timer = globalThis.setTimeout;
globalThis.setTimeout = (...args) => timer(...args).unref();
subscribe('net.client.socket', ({ socket }) => {
  socket.unref();
  socket.on('connect', () => socket.unref());
});`,
    ends: [5, 13],
  },
  { name: 'a library ends the process with 0', module: atFirstConnection('process.exit(0);'), ends: 5 },
  { name: 'a library ends the process', module: atFirstConnection('process.exit();'), ends: 5 },
  {
    name: 'a library sets the exit code to 0 and nothing is left to wait for',
    module: `${atFirstConnection('process.exitCode = 0; process.exit();')}`,
    ends: 5,
  },
  { name: 'abort()', module: atFirstConnection('process.abort();'), ends: 'SIGABRT' },
  {
    name: 'no memory is left',
    nodeOptions: '--max-old-space-size=40',
    module: atFirstConnection('const held = []; for (;;) held.push(new Array(10_000).fill({}));'),
    ends: 'SIGABRT',
  },
  { name: 'no memory from the start', nodeOptions: '--max-old-space-size=1', ends: ['SIGABRT', 'SIGTRAP', 133, 134] },
];

const kill = (...signals: readonly string[]) =>
  signals.map((signal) => `process.kill(process.pid, '${signal}');`).join(' ');

const SIGNALS: readonly How[] = [
  // Nothing of ours is loaded yet, so nothing of ours can answer.
  ...(['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal): How => ({
    name: `${signal} before anything is loaded`,
    module: `${kill(signal)} for (;;);`,
    ends: signal,
  })),
  { name: 'SIGINT while it works', module: atFirstConnection(kill('SIGINT')), ends: 130 },
  { name: 'SIGTERM while it works', module: atFirstConnection(kill('SIGTERM')), ends: 143 },
  { name: 'SIGHUP while it works', module: atFirstConnection(kill('SIGHUP')), ends: 143 },
  {
    name: 'SIGINT, and SIGTERM because it takes too long',
    module: atFirstConnection(`${kill('SIGINT')} setImmediate(() => { ${kill('SIGTERM')} });`),
    ends: [130, 143],
  },
  { name: 'SIGKILL', module: atFirstConnection(kill('SIGKILL')), ends: 'SIGKILL' },
  { name: 'SIGSEGV', module: atFirstConnection(kill('SIGSEGV')), ends: 'SIGSEGV' },
  { name: 'SIGPIPE is no reason to end', module: atFirstConnection(`${kill('SIGPIPE')} ${kill('SIGINT')}`), ends: 130 },
];

const OUTPUT: readonly How[] = [
  { name: 'nobody reads its output', stdout: 'closed', module: atFirstConnection(kill('SIGINT')), ends: 130 },
  { name: 'its output goes to a full disk', stdout: 'full disk', module: atFirstConnection(kill('SIGINT')), ends: 130 },
];

describe.each(NODES)('$name', ({ binary }) => {
  describe.each(FRONT_ENDS)('%s', (frontEnd) => {
    it.each([...CRASHES, ...SIGNALS, ...OUTPUT])('$name', async ({ ends, ...sabotage }) => {
      const { file, args, env } = await START[frontEnd]();
      const ended = await startSabotaged(binary, file, args, env, sabotage, folder);

      expect([ends].flat(), ended.stdout + ended.stderr).toContain(ended.code ?? ended.signal);
      await expectClosed(ended);
    });

    it.each([
      { name: 'a chunk of the run', missing: /late/ },
      { name: 'a chunk of the report', missing: /chunk-end-/ },
      { name: 'every chunk', missing: /chunk-/ },
      { name: 'the program itself', missing: /^(?:testcar-gate|run|main)\.mjs$/ },
    ])('$name is missing', async ({ missing }) => {
      const installed = path.dirname((await START[frontEnd]()).file);
      const copy = path.join(folder, 'copy');
      await cp(installed, copy, { recursive: true });
      const names = (await readdir(copy)).filter((name) => missing.test(name));
      expect(names).not.toEqual([]);
      await Promise.all(names.map((name) => rm(path.join(copy, name))));
      const { file, args, env } = await START[frontEnd](path.join(copy, path.basename((await START[frontEnd]()).file)));
      const module = atFirstConnection(kill('SIGINT'));
      const ended = await startSabotaged(binary, file, args, env, { module }, folder);

      expect(ended.code, ended.stderr).toBeGreaterThan(0);
      await expectClosed(ended);
    });

    it('the folder of the report cannot be written', async () => {
      const { file, args, env } = await START[frontEnd](undefined, loginPage);
      const nowhere = '/dev/null/report';
      const flags = frontEnd === 'cli' ? [`--report-dir=${nowhere}`] : [];
      const input = { cli: {}, azure: { INPUT_REPORTDIR: nowhere }, github: { 'INPUT_REPORT-DIR': nowhere } }[frontEnd];
      const ended = await startSabotaged(binary, file, [...args, ...flags], { ...env, ...input }, {}, folder);

      expect(ended.code, ended.stderr).toBe(4);
      expect(ended.stdout).toContain('could not be written');
      await expectClosed(ended);
    });
  });

  describe('github', () => {
    it('its files for outputs are on a full disk', async () => {
      const { file, args, env } = await START.github();
      const full = { GITHUB_OUTPUT: '/dev/full', GITHUB_STATE: '/dev/full', GITHUB_STEP_SUMMARY: '/dev/full' };
      const module = atFirstConnection(kill('SIGINT'));
      const ended = await startSabotaged(binary, file, args, { ...env, ...full }, { module }, folder);
      expect(ended.code, ended.stderr).toBe(130);
    });
  });

  describe('the command line', () => {
    it.each([
      { args: [], code: 64 },
      { args: [''], code: 64 },
      { args: ['rn'], code: 64 },
      { args: ['run'], code: 64 },
      { args: ['run', '--no-such-flag'], code: 64 },
      { args: ['run', 'preview'], code: 64 },
      { args: ['run', '--config=no-such-file.yaml'], code: 64 },
      { args: ['selftest', '--no-such-flag'], code: 64 },
      // They are no runs. A whole command line that happens to hold one must not pass for one.
      { args: ['--help'], code: 0 },
      { args: ['run', '--help'], code: 0 },
      { args: ['selftest', '-h'], code: 0 },
      { args: ['--version'], code: 0 },
      { args: ['run', ...OBSERVE, '--help'], code: 64 },
      { args: ['run', '--testcar-command', '--help'], code: 64 },
      { args: ['run', ...OBSERVE, '-h'], code: 64 },
      { args: ['run', ...OBSERVE, '--version'], code: 64 },
      { args: ['run', '--version'], code: 64 },
      { args: ['rn', '--help'], code: 64 },
    ])('$args is $code', async ({ args, code }) => {
      const file = path.join(staged.cli, 'testcar-gate.mjs');
      const ended = await startSabotaged(binary, file, args, {}, {}, folder);
      expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    });
  });

  // The main step has told the verdict: neither host takes a later step of the same task for it, and no line may look so.
  describe.each([
    { frontEnd: 'azure', post: () => path.join(staged.extension, 'task/post.mjs') },
    { frontEnd: 'github', post: () => path.join(staged.action, 'dist/action/post.mjs') },
  ] as const)('post step of $frontEnd', ({ frontEnd, post }) => {
    it.each([
      { name: 'is interrupted', module: atFirstConnection(kill('SIGINT')) },
      { name: 'crashes', module: atFirstConnection(`throw new Error('sabotage');`) },
      { name: 'is killed', module: atFirstConnection(kill('SIGKILL')) },
      { name: 'is ended by a library', module: atFirstConnection('process.exit(0);') },
    ])('tells no verdict when it $name', async ({ module }) => {
      const { file, env } = await START[frontEnd](post());
      const ended = await startSabotaged(binary, file, [], env, { module }, folder);
      await expectClosed({ ...ended, code: 1 });
      expect(ended.stdout).not.toMatch(/task\.complete|variable=testcarVerdict/);
      expect(await textOf(path.join(folder, 'output'))).toBe('');
    });
  });
});

/** Neither the exit code nor anything that a host reads says that it passed. */
async function expectClosed({ code, stdout }: Ended): Promise<void> {
  expect(code).not.toBe(0);
  expect(stdout).not.toMatch(/result=Succeeded|testcarVerdict[^\]]*\]PASSED/);
  expect(stdout).not.toMatch(/^TESTCAR GATE: PASSED/m);
  expect(await textOf(path.join(folder, 'output'))).not.toContain('PASSED');
}
