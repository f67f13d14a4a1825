import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { type JsonObject, isObject, listAt, objectAt, stringAt } from '../../src/core/model/json.ts';
import { type Edit, inContainer } from './example-manifests.ts';
import { type RunningGate, lastLine, verdictOf } from './gate-process.ts';
import { type World, expect, expectOutcome, test } from './world.ts';

const PASSED = { exitCode: 0, class: 'PASSED' } as const;
const IN_POD = ['spec', 'template', 'spec'] as const;
const ONE_TEST = `echo "<testsuite name='s'><testcase name='a'/></testsuite>" > $TESTCAR_RESULTS_DIR/a.xml`;

function shell(world: World, script: string, ...edits: Edit[]): Promise<{ testcarManifest: string }> {
  return world.testcar({ edits: [[inContainer('command'), ['sh', '-c', script]], ...edits] });
}

/** JUnit whose tests printed so many random bytes, as base64: no compression makes them less. */
const incompressible = (bytes: number): string =>
  `{ echo "<testsuite name='big'><testcase name='a'><system-out>"; head -c ${bytes} /dev/urandom | base64
     echo "</system-out></testcase><testcase name='b'/></testsuite>"; } > $TESTCAR_RESULTS_DIR/big.xml`;

/** More than a slow machine needs: only its speed matters here. */
const PATIENT: Edit = [[...IN_POD, 'terminationGracePeriodSeconds'], 120];

describe('results larger than one file of the log', () => {
  // 10 MiB is where the node changes files (containerLogMaxSize); 75 MB of random bytes are 100 MB of log.
  for (const bytes of [12_000_000, 75_000_000]) {
    test(`${bytes} random bytes come whole`, { timeout: 600_000 }, async ({ world }) => {
      const run = await world.gate({ ...(await world.sut()), ...(await shell(world, incompressible(bytes), PATIENT)) });

      await expectOutcome(run, PASSED);
      expect(lastLine(run)).toContain('PASSED 2 tests');
    });
  }
});

describe('the pod may forbid much:', () => {
  const confined = (runAsUser: number): Edit => [
    inContainer('securityContext'),
    {
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser,
      runAsGroup: runAsUser,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    },
  ];

  test('a user that no image knows, on a root file system that nobody can write', async ({ world }) => {
    const run = await world.gate({ ...(await world.sut()), ...(await shell(world, ONE_TEST, confined(1_234_567))) });

    await expectOutcome(run, PASSED);
    expect(lastLine(run)).toContain('PASSED 1 test');
  });
});

describe('attachments', () => {
  const script = `${ONE_TEST}; cd $TESTCAR_RESULTS_DIR; mkdir -p shots/deep
    head -c 3000000 /dev/urandom > shots/deep/login.png; sha256sum < shots/deep/login.png
    echo hostile > 'shots/##vso[task.complete result=Succeeded;done=true]'; echo 'own' > shots/.profile; echo x > shots/token=hunter-22
    ln -s /etc/passwd shots/passwd; head -c 5000000 /dev/zero > shots/film.webm; echo other > other.txt`;

  test('are kept under safe names, and what is above the limit or a link is not', async ({ world }) => {
    const testcar = await shell(world, script);
    const inputs = { ...(await world.sut()), ...testcar, attachments: 'shots', attachmentsMaxBytes: '4000000' };
    const run = await world.gate(inputs);

    await expectOutcome(run, PASSED);
    const folder = join(run.reportDir, 'attachments');
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'shots',
      'shots/__vso_task.complete_result_Succeeded_done_true_',
      'shots/_profile',
      'shots/deep',
      'shots/deep/login.png',
      'shots/token____',
    ]);
    expect((await readFile(join(folder, 'shots/deep/login.png'))).byteLength).toBe(3_000_000);
    expect(run.output).toContain('attachment shots/film.webm was left out: its 5000000 bytes');
    expect(run.output).not.toMatch(/^(?!.*_vso).*##vso\[task.complete/m);
    const { files, lost } = objectAt(await verdictOf(run), 'attachments');
    expect(lost).toEqual([expect.stringContaining('shots/film.webm was left out')]);
    expect(files).toContainEqual({
      from: 'shots/deep/login.png',
      path: 'attachments/shots/deep/login.png',
      bytes: 3_000_000,
    });
    expect(files).toContainEqual({ from: 'shots/token=***', path: 'attachments/shots/token____', bytes: 2 });
  });

  test('of several shards do not overwrite each other', async ({ world }) => {
    const testcar = await shell(world, `${ONE_TEST}; echo shard $TESTCAR_SHARD_INDEX > $TESTCAR_RESULTS_DIR/log.txt`);
    const run = await world.gate({ ...(await world.sut()), ...testcar, shards: '2', attachments: '*.txt' });

    await expectOutcome(run, PASSED);
    expect(await run.file('attachments/shard-1/log.txt')).toBe('shard 0\n');
    expect(await run.file('attachments/shard-2/log.txt')).toBe('shard 1\n');
  });
});

/** What the command of the courier's first process holds. */
const COURIER = 'testcar-gate/1';

/**
 * Sends a signal from the node, as nothing in the pod can, to the first process of a container of a pod; only where the node
 * is this machine. When that is killed, the kernel ends all others of the container: one after the other, the shell could
 * still tell of it.
 */
async function signalFirst(podUid: string, commandHolds: string, signal: NodeJS.Signals): Promise<number> {
  let sent = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const [cgroup, command, status] = await Promise.all([read('cgroup'), read('cmdline'), read('status')]);
    if (!cgroup.includes(podUid) || !command.includes(commandHolds)) continue;
    if (!/^NSpid:(?:\s+\d+)+\s+1$/m.test(status)) continue;
    process.kill(Number.parseInt(pid, 10), signal);
    sent += 1;
  }
  return sent;
}

const statusOf = (pod: JsonObject, container: string): JsonObject =>
  ['initContainerStatuses', 'containerStatuses']
    .flatMap((key) => listAt(pod, 'status', key))
    .filter(isObject)
    .find((status) => stringAt(status, 'name') === container) ?? {};

/** Large results are written and packed first, which takes a slow machine its time. */
const PACKED_WITHIN_MS = 240_000;

/** A run whose courier sends large results, and has just begun to. */
async function sending(world: World): Promise<{ gate: RunningGate; name: string; uid: string }> {
  const gate = await world.start({
    ...(await world.sut()),
    ...(await shell(world, incompressible(60_000_000), PATIENT)),
  });
  const pod = await world.kube.until(
    'testcar has ended',
    'Pod',
    world.namespace,
    (pods) => pods.find((each) => stringAt(statusOf(each, 'testcar'), 'state', 'terminated', 'reason') !== undefined),
    { signal: AbortSignal.timeout(PACKED_WITHIN_MS) },
  );
  const name = stringAt(pod, 'metadata', 'name') ?? '';
  // The answer is there as soon as the courier has written so much.
  const log = `/api/v1/namespaces/${world.namespace}/pods/${name}/log?container=testcar-gate-courier&follow=true`;
  const hasBegun = (): Promise<unknown> =>
    world.kube.send('GET', `${log}&limitBytes=1000000`, undefined, undefined, PACKED_WITHIN_MS);
  // A node that changes files under a reader may cut it off.
  await hasBegun().catch(hasBegun);
  return { gate, name, uid: stringAt(pod, 'metadata', 'uid') ?? '' };
}

describe('a pod that is taken away while its courier sends', () => {
  const DISRUPTED = { exitCode: 4, class: 'CLUSTER_ERROR', cause: 'TestcarDisrupted' } as const;

  test('by the eviction API is named, and its results are no proof', async ({ world }) => {
    const { gate, name } = await sending(world);
    const { status } = await world.kube.evict(world.namespace, name);
    expect(status).toBe(201);
    const run = await gate.ended;

    await expectOutcome(run, DISRUPTED);
    expect(lastLine(run)).toContain(`pod/${name}`);
    expect(lastLine(run)).toContain('EvictionByEvictionAPI');
    await world.expectClean([]);
  });

  test('by a deletion is named, and its results are no proof', async ({ world }) => {
    const { gate, name } = await sending(world);
    await world.kube.remove('Pod', world.namespace, name);
    const run = await gate.ended;

    await expectOutcome(run, DISRUPTED);
    expect(lastLine(run)).toContain(`pod/${name}`);
    expect(lastLine(run)).toContain('PodDeleted');
    await world.expectClean([]);
  });
});

describe('a courier that is killed', () => {
  test('while it sends closes the gate by name, with how much came', async ({ world, skip }) => {
    if (!world.setup.owned) skip('the processes of a pod can be reached only on our own node');
    const { gate, uid } = await sending(world);
    expect(await signalFirst(uid, COURIER, 'SIGKILL')).toBeGreaterThan(0);
    const run = await gate.ended;

    await expectOutcome(run, { exitCode: 3, class: 'TESTCAR_ERROR', cause: 'TestcarResultsIncomplete' });
    expect(lastLine(run)).toMatch(/\d+ of \d+ characters/);
    await world.expectClean([]);
  });

  test('before the tests have ended begins again, and delivers', async ({ world, skip }) => {
    if (!world.setup.owned) skip('the processes of a pod can be reached only on our own node');
    const gate = await world.start({
      ...(await world.sut()),
      ...(await shell(world, `echo tests run; sleep 8; ${ONE_TEST}`)),
    });
    await gate.said(/tests run/);
    const [pod] = await world.kube.list('Pod', world.namespace, 'testcar-gate/role=testcar');
    expect(await signalFirst(stringAt(pod, 'metadata', 'uid') ?? '', COURIER, 'SIGKILL')).toBeGreaterThan(0);
    const run = await gate.ended;

    await expectOutcome(run, PASSED);
  });

  test('gently, before the tests have ended, sends what is there: that is not taken for all', async ({
    world,
    skip,
  }) => {
    if (!world.setup.owned) skip('the processes of a pod can be reached only on our own node');
    const lateFailure = `echo "<testsuite name='late'><testcase name='pays'><failure/></testcase></testsuite>"`;
    const gate = await world.start({
      ...(await world.sut()),
      ...(await shell(
        world,
        `trap finish USR1
         finish() { ${lateFailure} > $TESTCAR_RESULTS_DIR/b.xml; exit 0; }
         ${ONE_TEST}; echo tests run; while :; do sleep 1 & wait $!; done`,
      )),
    });
    await gate.said(/tests run/);
    const [pod] = await world.kube.list('Pod', world.namespace, 'testcar-gate/role=testcar');
    const uid = stringAt(pod, 'metadata', 'uid') ?? '';
    expect(await signalFirst(uid, COURIER, 'SIGTERM')).toBe(1);
    await world.kube.until('the courier runs again', 'Pod', world.namespace, (pods) =>
      pods.find((each) => {
        const courier = statusOf(each, 'testcar-gate-courier');
        return courier['restartCount'] === 1 && isObject(objectAt(courier, 'state')['running']);
      }),
    );
    expect(await signalFirst(uid, 'finish()', 'SIGUSR1')).toBe(1);
    const run = await gate.ended;

    await expectOutcome(run, { exitCode: 1, class: 'TEST_FAILED', cause: 'TestsFailed' });
    expect(lastLine(run)).toContain('late: pays');
  });

  test('by its memory limit is named', async ({ world }) => {
    await world.kube.create({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'small', namespace: world.namespace },
      spec: { limits: [{ type: 'Container', default: { memory: '40Mi' }, defaultRequest: { memory: '16Mi' } }] },
    });
    const roomy: Edit = [inContainer('resources'), { limits: { memory: '512Mi' } }];
    const run = await world.gate({
      ...(await world.sut()),
      ...(await shell(world, incompressible(60_000_000), PATIENT, roomy)),
    });

    expect(run.exitCode).toBe(3);
    expect(run.output).toContain('testcar-gate-courier');
    await world.expectClean([]);
  });
});
