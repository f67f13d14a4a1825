import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConnectionSource, loadConnection } from '../../../src/adapters/kubernetes/connect.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, answerJson, answerStatus, testCertificate } from './api-stub.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'connect-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

function kubeconfig(over: { server?: string; user?: object; context?: object; ca?: string } = {}): string {
  const { server = 'https://api.example:6443', user = { token: 'tok-12345' }, context = {}, ca } = over;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server, ...(ca !== undefined && { 'certificate-authority-data': btoa(ca) }) } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'main', context: { cluster: 'c', user: 'u', namespace: 'shop', ...context } },
      { name: 'other', context: { cluster: 'gone', user: 'u' } },
      { name: 'nobody', context: { cluster: 'c', user: 'gone' } },
    ],
  });
}

async function problem(source: ConnectionSource): Promise<unknown> {
  const outcome = await loadConnection(source, {});
  return outcome.ok ? 'connected' : outcome.problem;
}

describe('where credentials come from', () => {
  it('a file', async () => {
    const outcome = await loadConnection({ kind: 'file', path: write('config', kubeconfig()) }, {});
    expect(outcome).toMatchObject({
      ok: true,
      connection: {
        server: 'https://api.example:6443',
        namespace: 'shop',
        contextName: 'main',
        secrets: ['tok-12345'],
      },
    });
  });

  it('a text and a chosen context', async () => {
    const source = { kind: 'text', kubeconfig: kubeconfig(), context: 'main' } as const;
    expect(await loadConnection(source, {})).toMatchObject({ ok: true, connection: { contextName: 'main' } });
  });

  it.each([
    ['HOME', (home: string) => ({ HOME: home })],
    ['USERPROFILE', (home: string) => ({ HOME: path.join(home, 'empty'), USERPROFILE: home })],
  ])('~/.kube/config below %s', async (_, env) => {
    mkdirSync(path.join(folder, '.kube'));
    write('.kube/config', kubeconfig());
    expect(await loadConnection({ kind: 'default', env: env(folder) }, {})).toMatchObject({ ok: true });
  });

  it('KUBECONFIG with several files: the first definition wins, absent files are skipped', async () => {
    const first = write('a', kubeconfig({ server: 'https://first.example' }));
    const second = write('b', kubeconfig({ server: 'https://second.example' }));
    const KUBECONFIG = [path.join(folder, 'absent'), first, second].join(path.delimiter);
    const outcome = await loadConnection({ kind: 'default', env: { KUBECONFIG } }, {});
    expect(outcome).toMatchObject({ ok: true, connection: { server: 'https://first.example' } });
  });

  it.each<[string, () => ConnectionSource, string, string]>([
    ['no file at all', () => ({ kind: 'default', env: {} }), 'missing', 'no kubeconfig was given'],
    [
      'KUBECONFIG of absent files',
      () => ({ kind: 'default', env: { KUBECONFIG: '/nowhere/a', HOME: folder } }),
      'missing',
      '/nowhere/a',
    ],
    ['an absent file', () => ({ kind: 'file', path: '/nowhere/config' }), 'missing', '/nowhere/config does not exist'],
    ['a folder', () => ({ kind: 'file', path: folder }), 'unreadable', 'EISDIR'],
    ['no YAML', () => ({ kind: 'text', kubeconfig: 'a: [secret' }), 'unreadable', 'not a kubeconfig'],
    ['an empty text', () => ({ kind: 'text', kubeconfig: '' }), 'unreadable', 'not a kubeconfig'],
    ['other YAML', () => ({ kind: 'text', kubeconfig: 'a: 1' }), 'no-cluster', 'names no cluster'],
    [
      'an unknown context',
      () => ({ kind: 'text', kubeconfig: kubeconfig(), context: 'nope' }),
      'unknown-context',
      'it has: main, other, nobody',
    ],
    [
      'a context without its cluster',
      () => ({ kind: 'text', kubeconfig: kubeconfig(), context: 'other' }),
      'no-cluster',
      'cluster gone',
    ],
    [
      'a context without its user',
      () => ({ kind: 'text', kubeconfig: kubeconfig(), context: 'nobody' }),
      'unreadable',
      'user gone',
    ],
    [
      'a plain http server',
      () => ({ kind: 'text', kubeconfig: kubeconfig({ server: 'http://localhost:8080' }) }),
      'no-cluster',
      'must start with https://',
    ],
    ['no URL', () => ({ kind: 'text', kubeconfig: kubeconfig({ server: 'nowhere' }) }), 'no-cluster', 'not a URL'],
  ])('%s is a problem', async (_, source, kind, words) => {
    const found = await problem(source());
    expect(found).toMatchObject({ kind });
    expect((found as { message: string }).message).toContain(words);
  });

  it('does not show the text around a YAML error', async () => {
    const found = await problem({ kind: 'text', kubeconfig: 'users:\n- token: hunter2-secret\n  bad: [' });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});

describe('secrets', () => {
  it.each([
    ['token', { token: 'tok-1' }, ['tok-1']],
    ['password', { username: 'me', password: 'pass-1' }, ['pass-1']],
    [
      'client key, whole and by line',
      { 'client-key-data': btoa('-----BEGIN KEY-----\nAAAA\nBBBB\n-----END KEY-----\n') },
      [btoa('-----BEGIN KEY-----\nAAAA\nBBBB\n-----END KEY-----\n'), 'AAAA', 'BBBB'],
    ],
    [
      'OIDC',
      {
        'auth-provider': {
          name: 'oidc',
          config: { 'client-id': 'public', 'refresh-token': 'ref-1', 'id-token': 'id-1' },
        },
      },
      ['ref-1', 'id-1'],
    ],
    [
      'plugin environment and arguments',
      {
        exec: {
          command: 'x',
          env: [
            { name: 'AZURE_CLIENT_SECRET', value: 'sec-1' },
            { name: 'REGION', value: 'west' },
          ],
          args: ['--client-secret', 'sec-2', '--token=sec-3', '--tenant', 'shown'],
        },
      },
      ['sec-1', 'sec-2', 'sec-3'],
    ],
  ])('%s', async (_, user, secrets) => {
    const outcome = await loadConnection({ kind: 'text', kubeconfig: kubeconfig({ user }) }, {});
    expect(outcome.ok && outcome.connection.secrets).toEqual(secrets);
  });
});

describe('authentication', () => {
  let stub: ApiStub;
  beforeEach(async () => {
    stub = await ApiStub.start();
  });
  afterEach(() => stub.stop());

  /** Makes `calls` requests in turn and gives their outcomes. */
  async function ask(user: object, calls = 1, context: object = {}): Promise<{ answers: unknown[]; learnt: string[] }> {
    const text = kubeconfig({ server: stub.url, user, context, ca: testCertificate().cert });
    const outcome = await loadConnection({ kind: 'file', path: write('config', text) }, {});
    if (!outcome.ok) throw new Error(outcome.problem.message);
    const learnt: string[] = [];
    outcome.connection.onSecret((secret) => learnt.push(secret));
    const api = makeApi(outcome.connection, new InstantClock(), () => 0, LIMITS);
    const answers: unknown[] = [];
    for (let call = 0; call < calls; call++) {
      answers.push(await api.json({ method: 'GET', path: '/version', doing: 'asking', repeatable: true }));
    }
    outcome.connection.close();
    return { answers, learnt };
  }
  const accepting = (token: string) => (): void =>
    stub.handle((request, response) => {
      if (request.headers.authorization === `Bearer ${token}`) answerJson(response, { kind: 'X' });
      else answerStatus(response, 401, 'Unauthorized', 'no');
    });
  const credential = (token: string): string =>
    JSON.stringify({ kind: 'ExecCredential', status: { token, expirationTimestamp: '2999-01-01T00:00:00Z' } });
  const ok = { ok: true, value: { kind: 'X' } };

  it('reads a token file, relative to the kubeconfig, without its line end', async () => {
    write('token', 'tok-file\n');
    accepting('tok-file')();
    expect(await ask({ tokenFile: 'token' })).toEqual({ answers: [ok], learnt: ['tok-file'] });
  });

  it('reads the token file again after a 401, once', async () => {
    const file = write('token', 'tok-old');
    stub.handle((request, response) => {
      if (request.headers.authorization === 'Bearer tok-new') return answerJson(response, { kind: 'X' });
      writeFileSync(file, 'tok-new');
      answerStatus(response, 401, 'Unauthorized', 'expired');
    });
    expect((await ask({ tokenFile: 'token' }, 2)).answers).toEqual([ok, ok]);
    expect(stub.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer tok-old',
      'Bearer tok-new',
      'Bearer tok-new',
    ]);
  });

  it('gives up after the second 401', async () => {
    accepting('other')();
    expect((await ask({ token: 'tok-1' })).answers).toMatchObject([
      { error: { kind: 'unauthorized', httpStatus: 401 } },
    ]);
    expect(stub.requests).toHaveLength(2);
  });

  it('asks a plugin once for many requests, and again after a 401 although its credential has not expired', async () => {
    const answer = write('answer.json', credential('tok-old'));
    const runs = path.join(folder, 'runs');
    const script = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(runs)}, process.env.KUBERNETES_EXEC_INFO + '\\n'); process.stdout.write(fs.readFileSync(${JSON.stringify(answer)}))`;
    let rejected = false;
    stub.handle((request, response) => {
      if (stub.requests.length === 3) {
        rejected = true;
        writeFileSync(answer, credential('tok-new'));
      }
      const wanted = rejected ? 'Bearer tok-new' : 'Bearer tok-old';
      if (request.headers.authorization === wanted) answerJson(response, { kind: 'X' });
      else answerStatus(response, 401, 'Unauthorized', 'no');
    });
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: ['-e', script] };
    const { answers, learnt } = await ask({ exec }, 3);
    expect(answers).toEqual([ok, ok, ok]);
    expect(learnt).toEqual(['tok-old', 'tok-new']);
    const infos = readFileSync(runs, 'utf8').trim().split('\n');
    expect(infos).toHaveLength(2);
    expect(JSON.parse(infos[0] ?? '')).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false },
    });
  });

  it.each([
    ['is not installed', { exec: { command: '/nowhere/kubelogin' } }, 'is not installed on this machine'],
    [
      'fails',
      { exec: { command: process.execPath, args: ['-e', 'console.error("token tok-leak"); process.exit(1)'] } },
      'failed; run it by hand',
    ],
    ['says nothing', { exec: { command: process.execPath, args: ['-e', ''] } }, 'failed; run it by hand'],
    ['has no token file', { tokenFile: 'absent' }, 'cannot be read (ENOENT)'],
  ])('is refused before any request when the source %s', async (_, user, words) => {
    const { answers } = await ask(user);
    expect(answers).toMatchObject([{ error: { kind: 'credentials' } }]);
    expect(JSON.stringify(answers)).toContain(words);
    expect(JSON.stringify(answers)).not.toContain('tok-leak');
    expect(stub.requests).toHaveLength(0);
  });

  it('sends a user name and password', async () => {
    stub.handle((_, response) => answerJson(response, { kind: 'X' }));
    await ask({ username: 'me', password: 'pass' });
    expect(stub.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:pass')}`);
  });

  it('trusts the CA also for a context without a user', async () => {
    stub.handle((_, response) => answerJson(response, { kind: 'X' }));
    expect((await ask({}, 1, { user: undefined })).answers).toEqual([ok]);
  });
});
