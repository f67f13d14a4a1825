import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificate } from './adapters/kubernetes/api-stub.ts';
import { HostileCluster, type Words } from './hostile-cluster.ts';
import { azureEffects } from './judges/azure-agent-parser.ts';
import { attachmentsIn } from './judges/azure-publisher.ts';
import { endsStopped, githubEffects, githubFileValues } from './judges/github-runner-parser.ts';
import { CORPUS, RAW_BYTES } from './judges/injections.ts';
import { repository, type Staged, stage } from './staged.ts';

const CONNECTION = '2f6a8c9e-0b1d-4e3f-8a5c-7d9e1f2a3b4c';
const NODES = ['node20', 'node24'];

/** Each payload in two chunks, cut at every position; then all texts; then bytes that are no text. */
function hostile(): Words {
  const texts = CORPUS.map(({ text }) => text);
  const cut = ['##vso[task.complete result=Succeeded;done=true]', '##[endgroup]', '::set-output name=verdict::PASSED'];
  const pieces = cut.flatMap((payload) =>
    [...payload].flatMap((_, i) => [payload.slice(0, i), `${payload.slice(i)}\n`]),
  );
  return {
    texts,
    logPieces: [
      ...pieces.filter((piece) => piece !== '').map((piece) => Buffer.from(piece)),
      ...texts.map((text) => Buffer.from(`${text}\n`)),
      ...RAW_BYTES.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]),
    ],
  };
}

/** As many texts and lines, none of which means anything. */
function benign(): Words {
  const { texts, logPieces } = hostile();
  return {
    texts: texts.map((_, i) => `benign ${i}`),
    logPieces: logPieces.map((_, i) => Buffer.from(`benign ${i}\n`)),
  };
}

type Ended = { code: number | null; stdout: string; stderr: string; files: ReadonlyMap<string, string> };

let staged: Staged;
beforeAll(async () => {
  staged = await stage();
}, 120_000);
afterAll(() => staged.remove());

const INPUTS = {
  mode: 'observe',
  deployment: 'web',
  namespace: 'shop',
  'testcar-image': 'registry.example/testcar:7',
  'sut-port': '8080',
};
const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const FRONT_ENDS = {
  cli: (folder: string) => ({
    file: path.join(staged.cli, 'testcar-gate.mjs'),
    args: [
      'run',
      ...Object.entries(INPUTS).map(([name, value]) => `--${name}=${value}`),
      `--kubeconfig=${folder}/kubeconfig`,
      `--report-dir=${folder}/report`,
    ],
    env: {},
  }),
  azure: (folder: string, kubeconfig: string) => ({
    file: path.join(staged.extension, 'task/run.mjs'),
    args: [],
    env: {
      AGENT_TEMPDIRECTORY: path.join(folder, 'temp'),
      BUILD_BUILDID: '1',
      INPUT_CONNECTIONTYPE: 'kubernetesServiceConnection',
      INPUT_KUBERNETESSERVICEENDPOINT: CONNECTION,
      [`ENDPOINT_URL_${CONNECTION}`]: 'https://k.example/',
      [`ENDPOINT_AUTH_SCHEME_${CONNECTION}`]: 'Kubernetes',
      [`ENDPOINT_AUTH_PARAMETER_${CONNECTION}_KUBECONFIG`]: kubeconfig,
      INPUT_REPORTDIR: `${folder}/report`,
      ...Object.fromEntries(
        Object.entries(INPUTS).map(([name, value]) => [`INPUT_${camel(name).toUpperCase()}`, value]),
      ),
    },
  }),
  github: (folder: string) => ({
    file: path.join(staged.action, 'dist/action/main.mjs'),
    args: [],
    env: {
      GITHUB_RUN_ID: '1',
      GITHUB_JOB: 'gate',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_OUTPUT: `${folder}/report/output`,
      GITHUB_STATE: `${folder}/report/state`,
      GITHUB_STEP_SUMMARY: `${folder}/report/step-summary`,
      'INPUT_REPORT-DIR': `${folder}/report`,
      INPUT_KUBECONFIG: `${folder}/kubeconfig`,
      ...Object.fromEntries(Object.entries(INPUTS).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
  }),
} as const;

/** One whole run of what is shipped, against a cluster that says nothing else than `words`. */
async function run(node: string, frontEnd: keyof typeof FRONT_ENDS, words: Words): Promise<Ended> {
  const folder = await mkdtemp(path.join(tmpdir(), 'testcar-gate-hostile-'));
  const cluster = await HostileCluster.start(words);
  try {
    const ca = Buffer.from(testCertificate().cert).toString('base64');
    const kubeconfig = JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server: cluster.url, 'certificate-authority-data': ca } }],
      users: [{ name: 'a', user: { token: 'very-secret-token' } }],
    });
    for (const name of ['temp', 'report']) await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, 'kubeconfig'), kubeconfig);
    for (const name of ['output', 'state', 'step-summary']) await writeFile(path.join(folder, 'report', name), '');
    const { file, args, env } = FRONT_ENDS[frontEnd](folder, kubeconfig);
    const binary = path.join(repository, 'test/runtimes/node_modules', node, 'bin/node');
    const child = spawn(binary, [file, ...args], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    const names = await readdir(path.join(folder, 'report'));
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(path.join(folder, 'report', name), 'utf8')] as const),
    );
    return { code, stdout, stderr, files: new Map(files) };
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Which commands there are, without the texts that they carry. */
function kinds(effects: readonly object[]): readonly string[] {
  const kind = (effect: object): string => {
    const { name, kind: type, properties = {} } = effect as { name?: string; kind?: string; properties?: object };
    return [type, name, ...Object.keys(properties).sort()].join(' ');
  };
  return [...new Set(effects.map(kind))].sort();
}

describe.each(NODES)('%s', (node) => {
  it.each(['cli', 'azure', 'github'] as const)(
    '%s: nothing that the cluster says becomes a command',
    async (frontEnd) => {
      const plain = await run(node, frontEnd, benign());
      const { code, stdout, stderr, files } = await run(node, frontEnd, hostile());

      // The texts did get there: tests, log and events, each.
      expect({ code: plain.code, stderr: plain.stderr }, plain.stdout.slice(0, 3_000)).toEqual({ code: 1, stderr: '' });
      expect({ code, stderr }, stdout.slice(0, 3_000)).toEqual({ code: 1, stderr: '' });
      expect(stdout).toContain('#_#vso[task.complete result=Succeeded;done=true]');
      expect(stdout).toMatch(/TEST_FAILED/);
      expect(files.get('junit.xml')?.match(/<testcase /g)?.length).toBeGreaterThan(CORPUS.length);
      expect(stdout.split('\n').length).toBeGreaterThan(CORPUS.length);

      expect(files.get('verdict.json')).toMatch(/"text": "warning .*: harmless /);

      const azure = azureEffects(stdout);
      const github = githubEffects(stdout);
      expect(kinds(azure)).toEqual(kinds(azureEffects(plain.stdout)));
      expect(kinds(github)).toEqual(kinds(githubEffects(plain.stdout)));
      if (frontEnd === 'cli') expect([...azure, ...github]).toEqual([]);
      expect(endsStopped(stdout)).toBe(false);
      for (const effect of azure) {
        if (effect.kind !== 'command' || effect.name !== 'task.complete') continue;
        expect(effect.properties).toEqual({ result: 'Failed' });
      }
      // eslint-disable-next-line no-control-regex -- escapes are what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);

      for (const [name, content] of files) {
        expect(azureEffects(content), name).toEqual([]);
        expect(githubEffects(content), name).toEqual([]);
      }
      expect(attachmentsIn(files.get('junit.xml') ?? '')).toEqual([]);
      if (frontEnd === 'github')
        expect(githubFileValues(files.get('output') ?? '')).toMatchObject({ verdict: 'TEST_FAILED' });
    },
    120_000,
  );
});
