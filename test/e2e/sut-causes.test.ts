import { describe } from 'vitest';
import type { Cause } from '../../src/core/causes/index.ts';
import { type SutChanges, inContainer } from './example-manifests.ts';
import { type Expected, LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

type Scenario = {
  name: string;
  sut: (world: World) => Partial<SutChanges>;
  inputs?: Record<string, string>;
  expected: Expected;
};

const env = (variables: Record<string, string>) => (): Partial<SutChanges> => ({ env: variables });
const notReady = (cause: Cause): Expected => ({ exitCode: 2, class: 'SUT_NOT_READY', cause });

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'it crashes at every start',
    sut: env({ QUOTES_CRASH_AT_START: 'true' }),
    expected: notReady('SutCrashLooping'),
  },
  { name: 'it runs out of memory', sut: env({ QUOTES_ALLOCATE_MB: '256' }), expected: notReady('SutOomKilled') },
  {
    name: 'it never becomes ready',
    sut: env({ QUOTES_NEVER_READY: 'true' }),
    inputs: { readyTimeout: '8s' },
    expected: notReady('SutNeverReady'),
  },
  {
    name: 'it starts too slowly',
    sut: env({ QUOTES_START_DELAY: '5m' }),
    inputs: { readyTimeout: '8s' },
    expected: notReady('SutNeverReady'),
  },
  {
    name: 'its image is not in the registry',
    sut: ({ setup }) => ({ image: `${setup.registry}/quote-service:no-such-tag` }),
    expected: notReady('SutImageNotFound'),
  },
  {
    name: 'a Secret that it needs is missing',
    sut: () => ({ edits: [[inContainer('envFrom'), [{ secretRef: { name: 'no-such-secret' } }]]] }),
    expected: notReady('SutConfigMissing'),
  },
  {
    name: 'no node has room for it',
    sut: () => ({ edits: [[inContainer('resources'), { requests: { cpu: '900' } }]] }),
    expected: { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'SutUnschedulable' },
  },
  {
    name: 'nothing listens on the port that testcar is given',
    sut: () => ({}),
    inputs: { sutPort: '9999', reachTimeout: '5s' },
    expected: notReady('SutUnreachable'),
  },
];

describe('the new revision does not come up:', () => {
  for (const { name, sut, inputs = {}, expected } of SCENARIOS) {
    test(name, async ({ world }) => {
      await world.goLive();
      const before = await world.live();
      const run = await world.gate({ ...(await world.sut(sut(world))), ...(await world.testcar()), ...inputs });

      await expectOutcome(run, expected);
      expect(await world.live()).toEqual(before);
      await world.expectClean(LIVE_ONLY);
    });
  }
});

test('a slow start within the time allowed passes', async ({ world }) => {
  const run = await world.gate({
    ...(await world.sut({ env: { QUOTES_START_DELAY: '6s' } })),
    ...(await world.testcar()),
  });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
});

test('a SUT that crashes under test fails by its own evidence', async ({ world }) => {
  const run = await world.gate({
    ...(await world.sut({ env: { QUOTES_CRASH_ENDPOINT: 'true' } })),
    ...(await world.testcar({ fault: 'crash-sut' })),
  });

  await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'SutCrashedUnderTest' });
  expect(run.output, 'the log of the container before its restart is the evidence').toContain('asked to crash');
  await world.expectClean([]);
});
