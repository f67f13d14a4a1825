import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { repository, type Staged, stage } from './staged.ts';

const NODES = ['node20', 'node24'].map((name) => ({
  name,
  binary: path.join(repository, 'test/runtimes/node_modules', name, 'bin/node'),
}));
const CONNECTION = '2f6a8c9e-0b1d-4e3f-8a5c-7d9e1f2a3b4c';
const VERDICT_FIRST = '##vso[task.setvariable variable=testcarVerdict;isoutput=true]INCONCLUSIVE';

let staged: Staged;
beforeAll(async () => {
  staged = await stage();
}, 60_000);
afterAll(() => staged.remove());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'testcar-gate-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Ended = { code: number | null; stdout: string; stderr: string };

/** As an agent starts it: its own environment, nothing of this machine's but PATH. */
function start(
  node: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(node, [file, ...args], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const cli = () => path.join(staged.cli, 'testcar-gate.mjs');
const task = (file: string) => path.join(staged.extension, 'task', file);
const action = (file: string) => path.join(staged.action, 'dist/action', file);

async function kubeconfig(server: string): Promise<string> {
  const file = path.join(folder, 'kubeconfig');
  const config = {
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
    clusters: [{ name: 'a', cluster: { server, 'insecure-skip-tls-verify': server.startsWith('http:') } }],
    users: [{ name: 'a', user: { token: 'very-secret-token' } }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

/** A port on which nothing listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A login page where an API server should be: the quickest trouble with a cluster, as nothing is retried. */
const loginPage = createHttpServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>');
});
beforeAll(() => new Promise<void>((resolve) => void loginPage.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => loginPage.close(resolve)));
const loginPageUrl = () => `http://127.0.0.1:${(loginPage.address() as AddressInfo).port}`;

async function verdictIn(reportDir: string): Promise<string> {
  const { verdict } = JSON.parse(await readFile(path.join(reportDir, 'verdict.json'), 'utf8')) as {
    verdict: { class: string; finding?: { cause: string } };
  };
  return `${verdict.class} ${verdict.finding?.cause ?? ''}`;
}

it('every script is ASCII: V8 keeps one with a single other character in twice the memory', async () => {
  const scripts: string[] = [];
  for (const root of [staged.cli, staged.action, staged.extension])
    for (const file of await readdir(root, { recursive: true }))
      if (/\.[cm]?js$/.test(file)) scripts.push(path.join(root, file));
  const others = [];
  for (const script of scripts) {
    const [found] = /.{0,30}\P{ASCII}.{0,30}/u.exec(await readFile(script, 'utf8')) ?? [];
    if (found !== undefined) others.push(`${path.basename(script)}: ${found}`);
  }
  expect(scripts.length).toBeGreaterThan(10);
  expect(others).toEqual([]);
});

describe.each(NODES)('$name', ({ binary }) => {
  it('is installed by `npm ci --prefix test/runtimes`', () => {
    expect(existsSync(binary)).toBe(true);
  });

  describe('command', () => {
    it('--help and --version', async () => {
      const help = await start(binary, cli(), ['--help'], {});
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('testcar-gate run [options]');
      const { version } = JSON.parse(await readFile(path.join(repository, 'package.json'), 'utf8')) as {
        version: string;
      };
      expect(await start(binary, cli(), ['--version'], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    });

    it('an unknown command', async () => {
      const { code, stdout } = await start(binary, cli(), ['rn'], {});
      expect(code).toBe(64);
      expect(stdout).toContain('command: found rn, expected one of run');
    });

    it('everything that is wrong, at once', async () => {
      await writeFile(path.join(folder, 'gate.yaml'), 'minTests: none\nmodus: preview\n');
      const args = [
        'run',
        '--config=gate.yaml',
        '--test-timout=5m',
        '--manifests=absent.yaml',
        '--testcar-image=r/t:1',
      ];
      const { code, stdout } = await start(binary, cli(), args, {});
      expect(code).toBe(64);
      for (const place of [
        'gate.yaml:1 minTests',
        'gate.yaml:2',
        '--test-timout',
        'absent.yaml',
        'no kubeconfig was given',
      ]) {
        expect(stdout).toContain(place);
      }
      expect(await verdictIn(path.join(folder, 'testcar-gate-report'))).toBe('CONFIG_ERROR InputInvalid');
      expect(await readdir(path.join(folder, 'testcar-gate-report'))).toContain('junit.xml');
    });

    it('no kubeconfig', async () => {
      const { code } = await start(
        binary,
        cli(),
        ['run', '--mode=observe', '--deployment=web', '--testcar-image=r/t:1'],
        {},
      );
      expect(code).toBe(64);
      expect(await verdictIn(path.join(folder, 'testcar-gate-report'))).toBe('CONFIG_ERROR ClusterConfigMissing');
    });

    // The API is asked again for ten seconds before it counts as unreachable.
    it('a server that does not answer', { timeout: 60_000 }, async () => {
      const file = await kubeconfig(`https://127.0.0.1:${await closedPort()}`);
      const args = ['run', '--mode=observe', '--deployment=web', '--testcar-image=r/t:1', `--kubeconfig=${file}`];
      const { code, stdout } = await start(binary, cli(), args, {});
      expect(code).toBe(4);
      expect(stdout).not.toContain('very-secret-token');
      expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^TESTCAR GATE: CLUSTER_ERROR ApiUnreachable/);
    });
  });

  describe('Azure task', () => {
    async function azureEnv(inputs: Readonly<Record<string, string>>): Promise<Record<string, string>> {
      const text = await readFile(await kubeconfig(loginPageUrl()), 'utf8');
      await rm(path.join(folder, 'kubeconfig'));
      await mkdir(path.join(folder, 'temp'));
      return {
        AGENT_TEMPDIRECTORY: path.join(folder, 'temp'),
        BUILD_BUILDID: '1',
        INPUT_CONNECTIONTYPE: 'kubernetesServiceConnection',
        INPUT_KUBERNETESSERVICEENDPOINT: CONNECTION,
        INPUT_KUBERNETESSERVICECONNECTION: CONNECTION,
        [`ENDPOINT_URL_${CONNECTION}`]: 'https://k.example/',
        [`ENDPOINT_AUTH_SCHEME_${CONNECTION}`]: 'Kubernetes',
        [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_KUBECONFIG`]: text,
        ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
      };
    }

    it('tells a closed verdict first, reads the connection, reports, and leaves nothing beside its folders', async () => {
      const env = await azureEnv({ mode: 'observe', deployment: 'web', testcarImage: 'r/t:1' });
      const { code, stdout, stderr } = await start(binary, task('run.mjs'), [], env);
      const lines = stdout.split(/\r?\n/);
      expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
      expect(lines[0]).toBe(VERDICT_FIRST);
      expect(stdout).toContain('##vso[task.setsecret]very-secret-token');
      expect(stdout.replaceAll('##vso[task.setsecret]very-secret-token', '')).not.toContain('very-secret-token');
      expect(stdout).toContain('##vso[task.setvariable variable=testcarVerdict;isoutput=true]CLUSTER_ERROR');
      expect(
        lines.filter((line) => line.includes('##vso[task.complete')).every((line) => line.includes('result=Failed')),
      ).toBe(true);
      expect(await readdir(folder)).toEqual(['temp']);
    });

    it('all problems of inputs, connection and a misspelt input', async () => {
      const env = await azureEnv({ mode: 'previw', minTest: '5', kubernetesServiceEndpoint: '' });
      const { code, stdout } = await start(binary, task('run.mjs'), [], env);
      expect(code).toBe(64);
      for (const input of ['mintest', 'mode', 'kubernetesServiceEndpoint', 'testcarManifest'])
        expect(stdout).toContain(`${input}:`);
    });

    it('asks Azure for the credentials of an AKS cluster', async () => {
      const env = {
        ...(await azureEnv({ mode: 'observe', deployment: 'web', testcarImage: 'r/t:1', kubernetesCluster: 'aks' })),
        INPUT_CONNECTIONTYPE: 'azureResourceManager',
        INPUT_AZURESUBSCRIPTIONENDPOINT: CONNECTION,
        INPUT_AZURERESOURCEGROUP: 'rg',
        [`ENDPOINT_AUTH_SCHEME_${CONNECTION}`]: 'ServicePrincipal',
        [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_TENANTID`]: 't',
        [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_SERVICEPRINCIPALID`]: 'app',
        [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_SERVICEPRINCIPALKEY`]: 'sp-secret-value',
        [`ENDPOINT_DATA_${CONNECTION}_SUBSCRIPTIONID`]: 's',
        [`ENDPOINT_DATA_${CONNECTION}_ENVIRONMENTAUTHORITYURL`]: loginPageUrl(),
      };
      const { code, stdout } = await start(binary, task('run.mjs'), [], env);
      expect(code).toBe(4);
      expect(stdout).toContain('from Microsoft Entra ID: the answer does not hold it');
      expect(stdout).not.toContain('sp-secret-value');
    });

    it('post: nothing to do, and state that nobody of ours wrote', async () => {
      const env = await azureEnv({});
      expect((await start(binary, task('post.mjs'), [], env)).code).toBe(0);
      const forged = { ...env, VSTS_TASKVARIABLE_TESTCARLEFTBEHIND: '{"kind":"Deployment"}' };
      const { code, stdout } = await start(binary, task('post.mjs'), [], forged);
      expect(code).toBe(0);
      expect(stdout).not.toContain('deleting');
    });

    it('post: says what it could not delete, and does not fail the pipeline', async () => {
      const left = [{ apiVersion: 'batch/v1', kind: 'Job', namespace: 'n', name: 'j', uid: 'u', runId: 'r' }];
      const env = { ...(await azureEnv({})), VSTS_TASKVARIABLE_TESTCARLEFTBEHIND: JSON.stringify(left) };
      const { code, stdout } = await start(binary, task('post.mjs'), [], env);
      expect(code).toBe(0);
      expect(stdout).toContain('Job j may be left behind');
    });
  });

  describe('GitHub action', () => {
    async function githubEnv(inputs: Readonly<Record<string, string>>): Promise<Record<string, string>> {
      const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary' };
      const env: Record<string, string> = { GITHUB_RUN_ID: '1', GITHUB_JOB: 'gate', GITHUB_RUN_ATTEMPT: '1' };
      for (const [name, file] of Object.entries(files)) {
        env[name] = path.join(folder, file);
        await writeFile(path.join(folder, file), '');
      }
      for (const [name, value] of Object.entries(inputs)) env[`INPUT_${name.toUpperCase()}`] = value;
      return env;
    }

    it('trouble with the cluster: exit code, outputs, summary', async () => {
      const file = await kubeconfig(loginPageUrl());
      const env = await githubEnv({ mode: 'observe', deployment: 'web', 'testcar-image': 'r/t:1', kubeconfig: file });
      const { code, stdout, stderr } = await start(binary, action('main.mjs'), [], env);
      expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
      const outputs = [...(await readFile(path.join(folder, 'output'), 'utf8')).matchAll(/^verdict<<\S+\n(.*)\n/gm)];
      expect(outputs.map(([, value]) => value)).toEqual(['INCONCLUSIVE', 'CLUSTER_ERROR']);
      expect(await readFile(path.join(folder, 'summary'), 'utf8')).toContain('ApiNotKubernetes');
      expect(stdout).toContain('::add-mask::very-secret-token');
    });

    it('inputs that are wrong, spelled as in the workflow', async () => {
      const { code, stdout } = await start(
        binary,
        action('main.mjs'),
        [],
        await githubEnv({ 'min-tests': 'x', 'test-timout': '5m' }),
      );
      expect(code).toBe(64);
      for (const input of ['min-tests', 'test-timout']) expect(stdout).toContain(`${input}:`);
    });

    it('post: nothing to do', async () => {
      const { code, stdout } = await start(binary, action('post.mjs'), [], await githubEnv({}));
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    });
  });
});
