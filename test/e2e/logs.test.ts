/**
 * The live log on a real node: what was written is compared, line by line, with what was read and with what the ledger
 * says about it.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'vitest';
import { at, isObject, listAt, numberAt, stringAt } from '../../src/core/model/json.ts';
import type { Ledger } from '../../src/core/model/ledger.ts';
import type { LogInstance } from '../../src/ports.ts';
import { path } from '../cluster/layout.ts';
import { startCutProxy } from './cut-proxy.ts';
import {
  Numbered,
  type Rotation,
  logsOf,
  messageOf,
  readAll,
  rotationOf,
  stateOf,
  untilPhase,
  writer,
} from './log-reading.ts';
import { type World, expect, expectOutcome, test } from './world.ts';

/** With stamp, stream and tag a line takes about 150 bytes in the node's file. */
const PAD = 'x'.repeat(95);
const LINE_BYTES = 150;
const TOLD = '/dev/termination-log';

/** `perBatch` lines every 100 ms, numbered from 1. */
const paced = (batches: number, perBatch: number): string => `
  i=0
  while [ $i -lt ${batches} ]; do
    seq $((i * ${perBatch} + 1)) $((i * ${perBatch} + ${perBatch})) | sed 's/$/ ${PAD}/'
    i=$((i + 1))
    sleep 0.1
  done`;
const pacedLines = (batches: number, perBatch: number): string[] =>
  Array.from({ length: batches * perBatch }, (_, at) => `${at + 1} ${PAD}`);

/** As fast as it can for so long, and then tells how many lines that were. */
const flood = (seconds: number): string => `
  n=0
  end=$(($(date +%s) + ${seconds}))
  while [ $(date +%s) -lt $end ]; do
    seq $((n + 1)) $((n + 20000)) | sed 's/$/ ${PAD}/'
    n=$((n + 20000))
  done
  echo $n > ${TOLD}`;

/** Follows it to its end and counts its lines. */
async function count(world: World, source: LogInstance): Promise<{ numbers: Numbered; ledger: Ledger }> {
  const logs = await logsOf(world);
  const numbers = new Numbered(PAD);
  const take = (lines: readonly string[]): void => {
    numbers.take(lines);
  };
  return { numbers, ledger: await logs.follow(source, take, AbortSignal.timeout(240_000)) };
}

/** How many files the node changed away from. Older ones than the last few are gone, newer ones stay. */
async function rotatedFiles({ namespace }: World): Promise<number> {
  const folder = join(path.data, 'pod-logs');
  const [pod] = (await readdir(folder)).filter((name) => name.startsWith(`${namespace}_writer_`));
  const files = await readdir(join(folder, pod ?? '', 'c'));
  return files.filter((name) => name.startsWith('0.log.')).length;
}

describe('a log that the node rotates', () => {
  test('at a moderate pace: all of it, or the ledger says where it may not be', async ({ world, skip }) => {
    if (!world.setup.owned) skip('only our own cluster rotates so soon that a test can wait for it');
    const { maxBytes, everySeconds }: Rotation = await rotationOf(world);
    const perBatch = 500;
    const bytes = Math.max(2.5 * maxBytes, 3.5 * everySeconds * 10 * perBatch * LINE_BYTES);
    const batches = Math.ceil(bytes / LINE_BYTES / perBatch);
    const source = await writer(world, paced(batches, perBatch));
    const { numbers, ledger } = await count(world, source);
    numbers.end(batches * perBatch);

    expect(await rotatedFiles(world)).toBeGreaterThan(1);
    expect(ledger.end).toEqual({ kind: 'read-to-end' });
    expect(stateOf(ledger)).toBe('truncated');
    expect(ledger.gaps.length).toBeGreaterThan(0);
    // What may be missing is told closely: never the whole log. A gap is open where the node changed files at the very end.
    const { firstMs = 0, lastMs = 0 } = ledger;
    const unsureMs = ledger.gaps.reduce((sum, { fromMs, toMs = lastMs }) => sum + toMs - fromMs, 0);
    expect(unsureMs).toBeLessThan((lastMs - firstMs) * 0.9);
    // A reader that keeps up loses at most what was under way when the file was changed.
    expect(numbers.missing).toBeLessThan(batches * perBatch * 0.01);
  }, 300_000);

  test('as fast as it can be written: never called complete when lines are missing', async ({ world, skip }) => {
    if (!world.setup.owned) skip('only our own cluster rotates so soon that a test can wait for it');
    const { everySeconds } = await rotationOf(world);
    const source = await writer(world, flood(Math.ceil(2.2 * everySeconds)));
    const { numbers, ledger } = await count(world, source);
    numbers.end(Number(messageOf(await untilPhase(world, 'Succeeded'))));

    expect(await rotatedFiles(world)).toBeGreaterThan(0);
    expect({ missing: numbers.missing, state: stateOf(ledger) }).toEqual({
      missing: numbers.missing,
      state: 'truncated',
    });
  }, 300_000);
});

test('a connection that is cut at many points loses and repeats nothing', async ({ world }) => {
  const proxy = await startCutProxy(world.setup.kubeconfig, join(world.folder, 'cut.kubeconfig'));
  world.atEnd(() => proxy.close());
  const [batches, perBatch] = [80, 25];
  const source = await writer(world, paced(batches, perBatch));
  let cutAt = 90;
  const { lines, ledger } = await readAll(await logsOf(world, proxy.kubeconfig), source, (count) => {
    if (count < cutAt) return;
    cutAt = count + 90;
    proxy.cut();
    proxy.mend();
  });

  expect(lines).toEqual(pacedLines(batches, perBatch));
  expect(ledger.gaps).toEqual([]);
  expect(ledger.reopens).toBeGreaterThan(5);
  expect(stateOf(ledger)).toBe('complete');
});

test('a container that restarts: the end of the instance before it is there, also when nobody looked', async ({
  world,
}) => {
  const script = `
    if [ ! -e /kept/again ]; then touch /kept/again; seq 1 3000 | sed 's/^/first /'; exit 1; fi
    seq 1 50 | sed 's/^/second /'
    sleep 3600`;
  const first = Array.from({ length: 3_000 }, (_, at) => `first ${at + 1}`);
  const second = Array.from({ length: 50 }, (_, at) => `second ${at + 1}`);
  const source = await writer(world, script, { restartPolicy: 'OnFailure' });
  const logs = await logsOf(world);
  const live = await readAll(logs, source);
  // The node removes it once its successor has ended, too: MaxPerPodContainer of the kubelet's container GC is 1.
  await world.kube.until('the container runs again', 'Pod', world.namespace, ([pod]) => {
    const [status] = listAt(pod, 'status', 'containerStatuses');
    return numberAt(status, 'restartCount') === 1 && at(status, 'state', 'running') !== undefined ? true : undefined;
  });
  const before = await readAll(logs, { ...source, seen: 'replaced' });
  const enough = new AbortController();
  const after = await readAll(
    logs,
    { ...source, restart: 1 },
    (count) => {
      if (count === second.length) enough.abort(new Error('all that it writes'));
    },
    enough.signal,
  );

  expect([live, before, after].map(({ lines }) => lines)).toEqual([first, first, second]);
  expect([live, before].map(({ ledger }) => stateOf(ledger))).toEqual(['complete', 'complete']);
});

test('every container of the pod is shown live under its name, and its ledger is in the verdict', async ({ world }) => {
  const says = (name: string, script: string) => ({
    name,
    image: world.images.testcar,
    command: ['/bin/sh', '-c', script],
  });
  const pod = ['spec', 'template', 'spec'] as const;
  const testcar = await world.testcar({
    edits: [
      [[...pod, 'containers', 1], says('helper', 'echo "the helper says hello"')],
      [[...pod, 'initContainers'], [says('migrate', 'echo "the database is ready"')]],
    ],
  });
  const run = await world.gate({ ...(await world.sut()), ...testcar });

  await expectOutcome(run, { exitCode: 0, class: 'PASSED' });
  expect(run.output).toContain('helper | the helper says hello');
  expect(run.output).toContain('migrate | the database is ready');
  const verdict: unknown = JSON.parse((await run.file('verdict.json')) ?? '');
  const ledgers = listAt(verdict, 'ledgers').filter(isObject);
  const told = ledgers.map((ledger) => `${stringAt(ledger, 'container') ?? ''} ${stringAt(ledger, 'state') ?? ''}`);
  expect(told.sort()).toEqual([
    'helper complete',
    'migrate complete',
    'testcar complete',
    'testcar-gate-reach complete',
  ]);
});
