import { describe } from 'vitest';
import { type JsonObject, listAt, numberAt, objectAt, stringAt, stringMapAt } from '../../src/core/model/json.ts';
import { NAME } from './example-manifests.ts';
import { verdictOf } from './gate-process.ts';
import { LIVE_ONLY, type World, expect, expectOutcome, test } from './world.ts';

const PASSED = { exitCode: 0, class: 'PASSED' } as const;
const TEST_FAILED = { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' } as const;

describe('preview', () => {
  test('promotes exactly the image digest that was tested', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({ ...(await world.sut({ replicas: 2 })), ...(await world.testcar()) });

    await expectOutcome(run, PASSED);
    const tested = Object.values(imageIDs(await verdictOf(run)));
    expect(tested).toEqual([expect.stringMatching(/@sha256:[0-9a-f]{64}$/)]);
    const promoted = await world.kube.get('Deployment', world.namespace, NAME);
    expect(await liveImage(world)).toBe(tested[0]);
    expect(numberAt(promoted, 'status', 'availableReplicas')).toBe(2);
    await world.expectClean(LIVE_ONLY);
  });

  test('does not promote when told so', async ({ world }) => {
    await world.goLive();
    const before = await world.live();
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), promote: 'false' });

    await expectOutcome(run, PASSED);
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('of the very first revision creates it', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()) });

    await expectOutcome(run, PASSED);
    expect((await world.live()).pods).toHaveLength(1);
    await world.expectClean(LIVE_ONLY);
  });

  test('leaves the live revision alone when a test fails', async ({ world }) => {
    await world.goLive();
    const before = await world.live();
    const run = await world.gate({ ...(await world.sut({ image: world.images.bad })), ...(await world.testcar()) });

    await expectOutcome(run, TEST_FAILED);
    expect(run.output).toContain('adds half for express');
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('keeps what it made for a look when told so', async ({ world }) => {
    const inputs = {
      ...(await world.sut({ image: world.images.bad })),
      ...(await world.testcar()),
      keep: 'on-failure',
    };
    const run = await world.gate(inputs);

    await expectOutcome(run, TEST_FAILED);
    const kept = await world.inventory();
    expect(kept.map((name) => name.split('/')[0])).toEqual(['Deployment', 'Service', 'Job']);
    for (const name of kept) expect(run.output).toContain(name.split('/')[1]);
  });

  test('takes testcar from an image and a command', async ({ world }) => {
    const run = await world.gate({
      ...(await world.sut()),
      testcarImage: world.images.testcar,
      testcarCommand: ['sh', '-c', 'echo "colour is $COLOUR" && exec /usr/local/bin/quote-testcar'],
      testcarEnv: ['COLOUR=blue=green'],
      minTests: '13',
    });

    await expectOutcome(run, PASSED);
    expect(run.output).toContain('colour is blue=green');
  });
});

describe('in-place', () => {
  test('leaves the new revision when it passes', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({ ...(await world.sut()), ...(await world.testcar()), mode: 'in-place' });

    await expectOutcome(run, PASSED);
    expect(await liveImage(world)).toBe(world.images.good);
    await world.expectClean(LIVE_ONLY);
  });

  test('rolls back when a test fails', async ({ world }) => {
    await world.goLive();
    const before = await world.live();
    const run = await world.gate({
      ...(await world.sut({ image: world.images.bad })),
      ...(await world.testcar()),
      mode: 'in-place',
    });

    await expectOutcome(run, TEST_FAILED);
    expect((await world.live()).template).toEqual(before.template);
    await world.kube.until('the old revision is available again', 'Deployment', world.namespace, (all) =>
      all.find(
        (each) => numberAt(each, 'status', 'updatedReplicas') === 1 && numberAt(each, 'status', 'replicas') === 1,
      ),
    );
    await world.expectClean(LIVE_ONLY);
  });

  test('keeps the new revision when told so, although a test fails', async ({ world }) => {
    await world.goLive();
    const run = await world.gate({
      ...(await world.sut({ image: world.images.bad })),
      ...(await world.testcar()),
      mode: 'in-place',
      onFailure: 'keep',
    });

    await expectOutcome(run, TEST_FAILED);
    expect(await liveImage(world)).toBe(world.images.bad);
    await world.expectClean(LIVE_ONLY);
  });

  test('removes what was not there before when a test fails', async ({ world }) => {
    const run = await world.gate({
      ...(await world.sut({ image: world.images.bad })),
      ...(await world.testcar()),
      mode: 'in-place',
    });

    await expectOutcome(run, TEST_FAILED);
    await world.expectClean([]);
  });
});

describe('observe', () => {
  test('passes what somebody else delivered', async ({ world }) => {
    await world.goLive({ image: world.images.good });
    const before = await world.live();
    const run = await world.gate({ ...(await world.testcar()), mode: 'observe', deployment: NAME });

    await expectOutcome(run, PASSED);
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });

  test('waits for the image that it was told to expect', async ({ world }) => {
    await world.goLive();
    const inputs = { ...(await world.testcar()), mode: 'observe', deployment: NAME, expectImage: world.images.good };
    const gate = await world.start(inputs);
    await gate.said(/wait/i);
    // A merge patch replaces lists, so the container goes in as a whole.
    const containers = [{ ...(await liveContainer(world)), image: world.images.good }];
    await world.kube.patch('Deployment', world.namespace, NAME, { spec: { template: { spec: { containers } } } });

    const run = await gate.ended;
    await expectOutcome(run, PASSED);
    expect(Object.values(imageIDs(await verdictOf(run)))).toEqual([expect.stringContaining('@sha256:')]);
    await world.expectClean(LIVE_ONLY);
  });

  test('fails what somebody else delivered, and does not touch it', async ({ world }) => {
    await world.goLive({ image: world.images.bad });
    const before = await world.live();
    const run = await world.gate({ ...(await world.testcar()), mode: 'observe', deployment: NAME });

    await expectOutcome(run, TEST_FAILED);
    expect(await world.live()).toEqual(before);
    await world.expectClean(LIVE_ONLY);
  });
});

function imageIDs(verdict: JsonObject): Readonly<Record<string, string>> {
  return stringMapAt(verdict, 'revision', 'imageIDs');
}

async function liveContainer(world: World): Promise<JsonObject> {
  const live = await world.kube.get('Deployment', world.namespace, NAME);
  const [container] = listAt(live, 'spec', 'template', 'spec', 'containers');
  return objectAt(container);
}

async function liveImage(world: World): Promise<string | undefined> {
  return stringAt(await liveContainer(world), 'image');
}
