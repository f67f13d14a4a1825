import { describe, expect, it } from 'vitest';
import { type JsonObject, objectAt, stringAt } from '../../src/core/model/json.ts';
import { aTestCase, anApiError, resultsOf } from '../fakes/builders.ts';
import type { RawInputs } from '../../src/core/options/options.ts';
import type { Report } from '../../src/core/report/report.ts';
import { MAX_SECRETS } from '../../src/gate/know-secrets.ts';
import { runGate } from '../../src/gate/run.ts';
import { STAGES, type Stage } from '../adapters/hosts.ts';
import { NAMESPACE } from '../fakes/builders.ts';
import type { Fakes } from '../fakes/make-fakes.ts';
import { LIVE, SERVICE, goodWorld, input, testsPass } from './gate-world.ts';

const SUT_VALUE = 'sut-hunter22';
const TESTCAR_VALUE = 'car<hunter>33';
const KEY_LINES = ['first/line/of/a+key', 'second/line/of/a+key'];
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function secret(name: string, data: Readonly<Record<string, string>>): JsonObject {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]));
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, data: encoded };
}

/** A pod template whose first container has more fields. */
function withContainer(workload: JsonObject, fields: JsonObject, podFields: JsonObject = {}): JsonObject {
  const spec = objectAt(workload, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const [first] = (podSpec['containers'] ?? []) as readonly JsonObject[];
  const containers = [{ ...first, ...fields }];
  return { ...workload, spec: { ...spec, template: { ...template, spec: { ...podSpec, ...podFields, containers } } } };
}

const SUT = withContainer(LIVE, { envFrom: [{ secretRef: { name: 'db' } }] });

type Scene = { others?: readonly JsonObject[]; sut?: JsonObject; inputs?: RawInputs; stage?: Stage };

/** A run in which the SUT refers to Secret `db` and testcar to Secret `api`, shown by a real host. */
async function runOf(fakes: Fakes, { others = [], sut = SUT, inputs = {}, stage }: Scene = {}): Promise<Report> {
  const given = input(inputs);
  const testcarJob = withContainer(given.testcarJob, {}, { volumes: [{ name: 'v', secret: { secretName: 'api' } }] });
  const manifests = given.manifests && { deployment: sut, others: [SERVICE, ...others] };
  const ports = stage ? { ...fakes.ports, host: stage.host } : fakes.ports;
  const report = await fakes.clock.run(
    runGate({ ...given, testcarJob, manifests }, ports, new AbortController().signal),
  );
  await stage?.host.report(report);
  return report;
}

function notes({ notes: all }: Report): readonly string[] {
  return all.map(({ text }) => text).filter((text) => text.includes('these Secrets'));
}

function secretsRead({ cluster }: Fakes): readonly string[] {
  return cluster.objects.calls.filter(({ verb, kind }) => verb === 'get' && kind === 'Secret').map(({ name }) => name);
}

function told({ host }: Fakes): readonly string[] {
  return host.clusterSecrets.map(({ text }) => text);
}

describe('Secrets of the pods', () => {
  it('are read where that is allowed, and their values are for the redactor only', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.put(secret('db', { password: SUT_VALUE, mode: 'true' }));
    fakes.cluster.objects.put(secret('api', { token: TESTCAR_VALUE }));
    fakes.cluster.objects.put(secret('of-somebody-else', { token: 'never-to-be-read' }));
    const report = await runOf(fakes);

    expect(report.verdict.kind).toBe('passed');
    expect(secretsRead(fakes)).toEqual(['api', 'db']);
    expect(fakes.host.clusterSecrets).toEqual([
      { kind: 'kubernetes-secret', text: TESTCAR_VALUE, countedAs: 'api/token' },
      { kind: 'kubernetes-secret', text: SUT_VALUE, countedAs: 'db/password' },
    ]);
    expect(fakes.host.secrets).toEqual([]);
    expect(notes(report)).toEqual([]);
  });

  it('are known before anything of the cluster is deployed or shown', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.put(secret('db', { password: SUT_VALUE }));
    await runOf(fakes);
    const calls = fakes.cluster.objects.summary({ reads: true });
    const firstChange = calls.findIndex((call) => call.startsWith('create') && !call.endsWith('(dry run)'));
    expect(calls.indexOf('get Secret/db')).toBeGreaterThanOrEqual(0);
    expect(calls.indexOf('get Secret/db')).toBeLessThan(firstChange);
  });

  it('are not asked for where no pod refers to one', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    await fakes.clock.run(runGate(input(), fakes.ports, new AbortController().signal));
    expect(secretsRead(fakes)).toEqual([]);
    expect(fakes.cluster.access.asked.filter(({ resource }) => resource === 'secrets')).toEqual([]);
  });

  it('without the right: nothing is read, one note, and the gate opens as ever', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.access.deny({ verb: 'get', resource: 'secrets' });
    const report = await runOf(fakes);
    expect(report.verdict.kind).toBe('passed');
    expect(secretsRead(fakes)).toEqual([]);
    expect(notes(report)).toEqual([
      'not all values of these Secrets are known, so they are masked only by their shape: api (no right to get it), db (no right to get it)',
    ]);
  });

  it('with the right to one of them: that one is read', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.access.deny({ verb: 'get', resource: 'secrets', name: 'api' });
    fakes.cluster.objects.put(secret('db', { password: SUT_VALUE }));
    const report = await runOf(fakes);
    expect(told(fakes)).toEqual([SUT_VALUE]);
    expect(notes(report)).toEqual([expect.stringMatching(/: api \(no right to get it\)$/)]);
  });

  it('absent, refused or unreadable after all: one note, no failure', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.fault({ verb: 'get', kind: 'Secret', error: anApiError('server-error') });
    const report = await runOf(fakes);
    expect(report.verdict.kind).toBe('passed');
    expect(notes(report)).toEqual([expect.stringMatching(/: api \(not read: server-error\), db \(not there\)$/)]);
  });

  it('of the manifests: known without a question, also while the server refuses to tell the live ones', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.fault({ verb: 'get', kind: 'Secret', error: anApiError('forbidden'), times: 2 });
    const report = await runOf(fakes, {
      others: [secret('db', { password: SUT_VALUE })],
      inputs: { promote: 'false' },
    });
    expect(told(fakes)).toEqual([SUT_VALUE]);
    expect(notes(report)).toEqual([expect.stringMatching(/: api \(not read: forbidden\)$/)]);
  });

  it('of the manifests and of the namespace under the same name: both values', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.put(secret('db', { password: 'the-live-one' }));
    await runOf(fakes, { others: [secret('db', { password: SUT_VALUE })], inputs: { promote: 'false' } });
    expect(told(fakes)).toEqual(expect.arrayContaining([SUT_VALUE, 'the-live-one']));
  });

  it('of the live Deployment too, as its pods are watched in a control run and a promotion', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.cluster.objects.put(withContainer(LIVE, { envFrom: [{ secretRef: { name: 'old' } }] }));
    await runOf(fakes, { inputs: { promote: 'false' } });
    expect(secretsRead(fakes)).toContain('old');
  });

  it('more than fifty: the first are read, and the note stays short', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    const names = Array.from({ length: MAX_SECRETS + 20 }, (_, i) => `s${String(i).padStart(3, '0')}`);
    for (const name of names) fakes.cluster.objects.put(secret(name, { password: `value-of-${name}` }));
    const sut = withContainer(LIVE, { envFrom: names.map((name) => ({ secretRef: { name } })) });
    const report = await runOf(fakes, { sut });
    expect(secretsRead(fakes)).toHaveLength(MAX_SECRETS);
    expect(notes(report)).toEqual([expect.stringMatching(/s057 \(beyond the first 50\) and \d+ more$/)]);
  });

  it('huge: as much as is looked for is told, and the note says that it is not all', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    const huge = Array.from({ length: 16 }, (_, i) => [`k${i}`, numbersFrom(i * 10_000)] as const);
    fakes.cluster.objects.put(secret('db', Object.fromEntries(huge)));
    fakes.cluster.objects.put(secret('api', {}));
    const report = await runOf(fakes);
    expect(told(fakes).join('').length).toBeLessThanOrEqual(256 * 1024);
    expect(notes(report)).toEqual([expect.stringMatching(/: db \(too large\)$/)]);
  });
});

/** 40,000 characters that do not repeat. */
function numbersFrom(first: number): string {
  return Array.from({ length: 4_000 }, (_, i) => `x${String((first + i) * 104_729).padStart(9, '0')}`).join('');
}

/** Every way in which a program may write down what it knows. */
const FORMS: readonly (readonly [name: string, write: (value: string) => string])[] = [
  ['plain', (value) => value],
  ['base64', base64],
  ['JSON', (value) => JSON.stringify({ value })],
  ['percent encoding', encodeURIComponent],
  ['with colours inside', (value) => `${value.slice(0, 4)}\u001b[31m${value.slice(4)}\u001b[0m`],
];

describe.each(Object.entries(STAGES))('nothing of them reaches %s', (_, makeStage) => {
  it.each(FORMS)('written as %s', async (__, write) => {
    const fakes = goodWorld();
    const stage = makeStage();
    fakes.cluster.objects.put(secret('db', { password: SUT_VALUE, key: KEY_LINES.join('\n') }));
    fakes.cluster.objects.put(secret('api', { token: TESTCAR_VALUE }));
    const values = [SUT_VALUE, TESTCAR_VALUE, ...KEY_LINES];
    const lines = values.map((value) => `got ${write(value)}; ok`);
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.log(`${stringAt(object, 'metadata', 'name') ?? ''}-x1/testcar`, ...lines);
      world.after(5_000, () => {
        world.finishJob(object, { exitCode: 1 });
      });
    });
    const failure = { ...aTestCase(`logs in with ${write(SUT_VALUE)}`, 'failed'), message: lines.join('\n') };
    fakes.results.answers = [{ ok: true, results: resultsOf([aTestCase('a'), failure]) }];
    const report = await runOf(fakes, { stage, inputs: { keep: 'never' } });

    expect(report.verdict).toMatchObject({ kind: 'failed', finding: { cause: 'TestsFailed' } });
    const everything = [stage.output.text, ...stage.store.files.values(), ...stage.store.appended.values()].join('\n');
    for (const value of values) {
      for (const [, form] of FORMS) expect(everything).not.toContain(form(value));
      expect(everything).not.toContain(value.replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    }
    expect(everything).toContain('testcar | got ');
    expect(everything).toMatch(/values of Kubernetes Secrets/);
    expect(everything).toMatch(/Revoke it now, issue another/);
    expect(stringAt(report, 'runId')).toBeTruthy();
  });
});
