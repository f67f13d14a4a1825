import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringAt, type JsonObject } from '../../src/core/model/json.ts';
import { mintUser } from '../cluster/users.ts';
import { inContainer, type Edit } from './example-manifests.ts';
import { type GateRun, verdictOf } from './gate-process.ts';
import { bindRole } from './pipeline-account.ts';
import { type FrontEnd } from './front-ends.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

/** Of these names in examples/rbac.yaml. */
const SUT_SECRET = 'quote-service';
const TESTCAR_SECRET = 'quote-testcar';

/** Values that no shape gives away, new in each run. */
function madeUp(): { password: string; token: string; lines: readonly string[]; key: string } {
  const word = (): string => `${randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x')}/+&`;
  const lines = Array.from({ length: 3 }, () => `${word()}${word()}${word()}`);
  return { password: word(), token: word(), lines, key: ['-----BEGIN TOP SECRET-----', ...lines, ''].join('\n') };
}

async function makeSecret({ kube, namespace }: World, name: string, stringData: JsonObject): Promise<void> {
  await kube.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
}

function fromSecret(name: string, key: string, variable: string): JsonObject {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

const sh = (script: string): Edit => [inContainer('command'), ['sh', '-c', script]];

/** Prints what it knows in each way that a program has, and then tests as ever. */
const TALKATIVE: readonly Edit[] = [
  sh(`echo "plain $TOKEN"
    echo "encoded $(printf %s "$TOKEN" | base64)"
    echo "header $(printf 'user:%s' "$TOKEN" | base64)"
    echo "coloured $(printf %s "$TOKEN" | cut -c1-6)$(printf '\\033[1m')$(printf %s "$TOKEN" | cut -c7-)"
    cat /keys/key
    base64 /keys/key
    exec /usr/local/bin/quote-testcar`),
  [inContainer('env'), [fromSecret(TESTCAR_SECRET, 'token', 'TOKEN')]],
  [inContainer('volumeMounts'), [{ name: 'keys', mountPath: '/keys' }]],
  [['spec', 'template', 'spec', 'volumes'], [{ name: 'keys', secret: { secretName: TESTCAR_SECRET } }]],
];

/** Output and every file that a run left. */
async function everythingOf(run: GateRun): Promise<string> {
  const files = await Promise.all(['verdict.json', 'junit.xml', 'summary.md'].map((name) => run.file(name)));
  const hostFiles = await Promise.all((['output', 'summary'] as const).map((name) => run.hostFile(name)));
  for (const file of files) expect(file).toBeTypeOf('string');
  return [run.output, ...files, ...hostFiles].join('\n');
}

function base64Lines(text: string): readonly string[] {
  return (
    Buffer.from(text)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  );
}

async function asPipeline(world: World, mayRead: boolean): Promise<{ kubeconfig: string }> {
  const subject = { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: world.namespace };
  await bindRole(world, subject, (rules) =>
    rules.filter((rule) => mayRead || !JSON.stringify(rule['resources']).includes('secrets')),
  );
  return { kubeconfig: await mintUser(world.namespace) };
}

for (const frontEnd of ['cli', 'azure', 'github'] satisfies readonly FrontEnd[]) {
  test(`what testcar prints of its Secrets is nowhere, ${frontEnd}`, async ({ world, skip }) => {
    if (!world.setup.owned) skip('users can be made only on our own cluster');
    const { token, key, lines } = madeUp();
    await makeSecret(world, TESTCAR_SECRET, { token, key });
    const inputs = { ...(await world.sut()), ...(await world.testcar({ edits: TALKATIVE })) };
    const run = await world.gate(inputs, { frontEnd, ...(await asPipeline(world, true)) });

    await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
    const everything = await everythingOf(run);
    for (const value of [token, ...lines, ...base64Lines(token), ...base64Lines(key)])
      expect(everything).not.toContain(value);
    expect(run.output).toMatch(/plain \*\*\*/);
    expect(run.output).toMatch(/encoded \*\*\*/);
    expect(run.output).toMatch(/coloured \*\*\*/);
    expect(run.output).toContain('-----BEGIN TOP SECRET-----');
    expect(await verdictOf(run)).toMatchObject({ redacted: { 'kubernetes-secret': 2 } });
    expect(run.output).toContain('2 values of Kubernetes Secrets');
    expect(run.output).toContain('Revoke it now, issue another');
    // Tests are read and shown as without a secret.
    expect(run.output).toMatch(/tests http/);
  });
}

test('a SUT that crashes and says its secret does not tell it', async ({ world }) => {
  const { password } = madeUp();
  await makeSecret(world, SUT_SECRET, { password });
  await world.goLive();
  const script = `echo "cannot log in with $DB_PASSWORD" | tee /dev/termination-log; exit 1`;
  const sut = await world.sut({
    edits: [sh(script), [inContainer('env'), [fromSecret(SUT_SECRET, 'password', 'DB_PASSWORD')]]],
  });
  const run = await world.gate({ ...sut, ...(await world.testcar()) });

  await expectOutcome(run, { exitCode: 2, class: 'SUT_NOT_READY', cause: 'SutCrashLooping' });
  expect(await everythingOf(run)).not.toContain(password);
  // The words around it are what a person needs.
  expect(run.output).toContain('cannot log in with ***');
  expect(run.output).toContain('1 value of a Kubernetes Secret');
  expect(run.output).toContain('Revoke it now, issue another');
  await world.expectClean(LIVE_ONLY);
});

test('a value that the manifests bring is known too, in a control run as well', async ({ world }) => {
  const { password } = madeUp();
  const live = madeUp().password;
  await makeSecret(world, SUT_SECRET, { password: live });
  await world.goLive({ image: world.images.bad });
  const sut = await world.sut({ image: world.images.bad });
  const file = join(world.folder, 'secret.json');
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: SUT_SECRET }, stringData: { password } };
  await writeFile(file, JSON.stringify(secret));
  const edits = [
    sh('echo "found $PASSWORD"; exec /usr/local/bin/quote-testcar'),
    [inContainer('env'), [fromSecret(SUT_SECRET, 'password', 'PASSWORD')]] as const,
  ];
  const run = await world.gate({
    manifests: [...sut.manifests, file],
    ...(await world.testcar({ edits })),
    control: 'true',
  });

  await expectOutcome(run, { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestsFailWithoutChange' });
  const everything = await everythingOf(run);
  for (const value of [password, live]) expect(everything).not.toContain(value);
  expect(run.output).toMatch(/control .*found \*\*\*/);
});

test('without the right to read Secrets: a note, and only what looks like a secret is masked', async ({
  world,
  skip,
}) => {
  if (!world.setup.owned) skip('users can be made only on our own cluster');
  const { token, key } = madeUp();
  await makeSecret(world, TESTCAR_SECRET, { token, key });
  const edits: readonly Edit[] = [
    sh('echo "plain $TOKEN"; echo "token=$TOKEN"; exec /usr/local/bin/quote-testcar'),
    [inContainer('env'), [fromSecret(TESTCAR_SECRET, 'token', 'TOKEN')]],
  ];
  const inputs = { ...(await world.sut()), ...(await world.testcar({ edits })) };
  const run = await world.gate(inputs, await asPipeline(world, false));

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  expect(run.output).toContain(`masked only by their shape: ${TESTCAR_SECRET} (no right to get it)`);
  expect(run.output).toContain(`plain ${token}`);
  expect(run.output).toContain('token=***');
  expect(run.output).not.toContain(`token=${token}`);
  expect(stringAt(await verdictOf(run), 'verdict', 'class')).toBe('PASSED');
});
