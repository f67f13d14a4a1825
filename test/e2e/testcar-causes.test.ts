import { describe } from 'vitest';
import type { Cause } from '../../src/core/causes/index.ts';
import { type Edit, type TestcarChanges, inContainer } from './example-manifests.ts';
import { junitOf } from './gate-process.ts';
import { type Expected, type World, expect, expectOutcome, test } from './world.ts';

type Scenario = {
  name: string;
  testcar: (world: World) => Partial<TestcarChanges>;
  inputs?: Record<string, string>;
  expected: Expected;
};

const fault = (word: string) => (): Partial<TestcarChanges> => ({ fault: word });
const edit =
  (...edits: Edit[]) =>
  (): Partial<TestcarChanges> => ({ edits });
const broken = (cause: Cause): Expected => ({ exitCode: 3, class: 'TESTCAR_ERROR', cause });

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'its image is not in the registry',
    testcar: ({ setup }) => ({ image: `${setup.registry}/quote-testcar:no-such-tag` }),
    expected: broken('TestcarImageNotFound'),
  },
  {
    name: 'its image name is not a name',
    testcar: ({ setup }) => ({ image: `${setup.registry}/Quote-Testcar:1` }),
    expected: broken('TestcarImageNameInvalid'),
  },
  {
    name: 'a ConfigMap that it needs is missing',
    testcar: edit([inContainer('envFrom'), [{ configMapRef: { name: 'no-such-config' } }]]),
    expected: broken('TestcarConfigMissing'),
  },
  {
    name: 'its program does not exist',
    testcar: edit([inContainer('command'), ['/usr/local/bin/no-such-program']]),
    expected: broken('TestcarStartError'),
  },
  { name: 'it runs out of memory', testcar: fault('memory'), expected: broken('TestcarOomKilled') },
  {
    name: 'it ends with a panic before the first test',
    testcar: fault('panic'),
    expected: broken('TestcarExitWithoutResults'),
  },
  {
    name: 'it is killed by a signal',
    // The kubelet makes $$ of $$$$.
    testcar: edit([inContainer('command'), ['sh', '-c', "sh -c 'kill -9 $$$$'; exit $?"]]),
    expected: broken('TestcarCrashed'),
  },
  {
    name: 'it exits 9 with green results',
    testcar: fault('exit=9'),
    expected: broken('TestcarExitContradictsResults'),
  },
  { name: 'it exits 0 without results', testcar: fault('no-results'), expected: broken('TestcarResultsMissing') },
  { name: 'its results hold no test', testcar: fault('no-tests'), expected: broken('TestcarNoTests') },
  { name: 'its results are not XML', testcar: fault('garbage'), expected: broken('TestcarResultsInvalid') },
  { name: 'its results are cut', testcar: fault('cut'), expected: broken('TestcarResultsInvalid') },
  {
    name: 'it ran fewer tests than asked for',
    testcar: fault(''),
    inputs: { minTests: '14' },
    expected: broken('TestcarNoTests'),
  },
  {
    name: 'it calls a command that is not there',
    testcar: edit([inContainer('command'), ['sh', '-c', 'no-such-command']]),
    expected: broken('TestcarCommandNotFound'),
  },
  {
    name: 'it skips every test',
    testcar: edit([
      inContainer('command'),
      [
        'sh',
        '-c',
        'echo "<testsuite><testcase name=\'a\'><skipped/></testcase></testsuite>" > $TESTCAR_RESULTS_DIR/a.xml',
      ],
    ]),
    expected: broken('TestcarAllSkipped'),
  },
  {
    name: 'no node has room for it',
    testcar: edit([inContainer('resources'), { requests: { cpu: '900' } }]),
    expected: { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'TestcarUnschedulable' },
  },
  {
    name: 'it is not over in time',
    testcar: fault('hang'),
    inputs: { testTimeout: '8s' },
    expected: { exitCode: 5, class: 'INCONCLUSIVE', cause: 'TestDeadlineExceeded' },
  },
];

describe('testcar fails by itself:', () => {
  for (const { name, testcar, inputs = {}, expected } of SCENARIOS) {
    test(name, async ({ world }) => {
      const run = await world.gate({ ...(await world.sut()), ...(await world.testcar(testcar(world))), ...inputs });

      await expectOutcome(run, expected);
      await world.expectClean([]);
    });
  }
});

test('what testcar prints cannot open the gate', async ({ world }) => {
  const inputs = { ...(await world.sut()), ...(await world.testcar({ fault: 'forge' })) };
  const run = await world.gate(inputs, { frontEnd: 'azure' });

  await expectOutcome(run, broken('TestcarExitWithoutResults'));
  // The agent takes the first marker of a line, wherever it stands, up to the next bracket for a command.
  const lines = run.output.split('\n').filter((line) => line.includes('##vso['));
  expect(lines.filter((line) => line.lastIndexOf('##vso[') !== 0)).toEqual([]);
  const commands = lines.map(
    (line) => /^##vso\[(?<command>[^\]]*)\](?<data>.*)$/.exec(line)?.groups ?? { command: line },
  );
  expect(commands.filter(({ command }) => /result=Succeeded|done=true/.test(command ?? ''))).toEqual([]);
  const verdicts = commands.filter(({ command }) => command?.includes('variable=testcarVerdict') === true);
  expect(verdicts.map(({ data }) => data)).toEqual(['INCONCLUSIVE', 'TESTCAR_ERROR']);
  expect(run.output).toContain('VERDICT PASSED');
});

test('failing tests are shown with their names and kept in the JUnit file', async ({ world }) => {
  const run = await world.gate({ ...(await world.sut({ image: world.images.bad })), ...(await world.testcar()) });

  await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
  expect(run.output).toContain('priceCents is 720, expected 1080');
  expect((await junitOf(run)).tests).toBeGreaterThanOrEqual(13);
  await world.expectClean([]);
});
