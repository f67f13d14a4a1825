import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_NAMES, type Cause } from '../src/core/causes/index.ts';
import type { Scenarios } from './e2e/scenario.ts';

/** Causes whose real fault is a test of its own, because it is more than one run or disturbs the whole node. */
const OF_THEIR_OWN: Partial<Record<Cause, string>> = {
  NodesOffline: 'node/node-lost.test.ts',
  TestcarResultsIncomplete: 'courier.test.ts',
  TestcarShardLost: 'shards.test.ts',
  TestsFailWithoutChange: 'control.test.ts',
};

/** Causes that nobody can bring about here without changing the gate. Each has unit tests for its rule. */
const NOT_HERE: Partial<Record<Cause, string>> = {
  GateInternalError: 'needs a bug of the gate; test/exit-paths.test.ts crashes it from outside',
  NodeLost: 'needs a second node that stays: with the only one lost it is NodesOffline',
};

/** Causes that can be brought about here, and are not yet: each is worth a scenario, and then leaves this list. */
const OPEN: readonly Cause[] = [];

const e2e = path.join(import.meta.dirname, 'e2e');
const lists = await scenarioLists();
const proved = new Set(
  lists.flatMap(({ list }) =>
    list.scenarios.flatMap(({ expected, orCause }) => [expected === 'killed' ? undefined : expected.cause, orCause]),
  ),
);

describe('the fault matrix', () => {
  it('proves every cause with a real fault, or says why not', () => {
    const known = (cause: Cause) =>
      proved.has(cause) || cause in OF_THEIR_OWN || cause in NOT_HERE || OPEN.includes(cause);
    expect(CAUSE_NAMES.filter((cause) => !known(cause))).toEqual([]);
  });

  it('has no excuse for a cause that it proves', () => {
    expect(Object.keys(NOT_HERE).filter((cause) => cause in OF_THEIR_OWN || proved.has(cause as Cause))).toEqual([]);
  });

  it.each(Object.entries(OF_THEIR_OWN))('%s is expected in %s', (cause, file) => {
    expect(readFileSync(path.join(e2e, file), 'utf8')).toContain(`'${cause}'`);
  });

  it('has at least 75 faults', () => {
    expect(lists.flatMap(({ list }) => list.scenarios).length).toBeGreaterThanOrEqual(75);
  });

  it('runs every list of scenarios', () => {
    const folders = ['matrix', 'node'].map((name) => path.join(e2e, name));
    const tests = folders.flatMap((folder) =>
      readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8')),
    );
    const run = ({ name }: { name: string }) =>
      tests.some((text) => new RegExp(`runScenarios\\(\\s*${name}\\b`).test(text));
    expect(lists.filter((list) => !run(list)).map(({ name }) => name)).toEqual([]);
  });

  it('names no scenario of a list twice', () => {
    for (const { name, list } of lists) {
      const names = list.scenarios.map((scenario) => scenario.name);
      expect(names, name).toEqual([...new Set(names)]);
    }
  });
});

async function scenarioLists(): Promise<readonly { name: string; list: Scenarios }[]> {
  const folder = path.join(e2e, 'scenarios');
  const modules = await Promise.all(
    readdirSync(folder).map((file): Promise<unknown> => import(path.join(folder, file))),
  );
  return modules.flatMap((module) =>
    Object.entries(module ?? {}).flatMap(([name, value]: [string, unknown]) =>
      listsIn(value).map((list) => ({ name, list })),
    ),
  );
}

/** Some lists need something that their test starts first: they are functions, and only their rows are asked for here. */
function listsIn(value: unknown): readonly Scenarios[] {
  const notStarted = (): never => {
    throw new Error('nothing is started to count scenarios');
  };
  const list: unknown = typeof value === 'function' ? Reflect.apply(value, undefined, [notStarted]) : value;
  return isScenarios(list) ? [list] : [];
}

function isScenarios(value: unknown): value is Scenarios {
  return typeof value === 'object' && value !== null && 'title' in value && 'scenarios' in value;
}
