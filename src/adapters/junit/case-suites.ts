import { shardInWords } from '../../core/judge/shards.ts';
import type { Cases, TestCase } from '../../core/model/results.ts';
import { OpenSuite } from './open-suite.ts';
import { GrowingText } from './growing-text.ts';
import { Room } from './room.ts';

/** A suite begins with its counts, so it is kept until they are known: at most as long as so many cases come. */
const BATCH = 5_000;

/** testcar's cases, as far as there is room for them, and then how many there was none for. */
export function* caseSuites(
  cases: Cases,
  shards: number,
  batch = BATCH,
  room = new Room(cases.length),
): Generator<string, void> {
  for (const text of suitesOf(fitted(cases, room), shards, batch)) {
    room.took(text);
    yield text;
  }
  if (room.leftOut !== undefined) yield* suitesOf([room.leftOut], 0, batch);
}

function* fitted(cases: Iterable<TestCase>, room: Room): Generator<TestCase, void> {
  for (const one of cases) {
    const left = room.fitted(one);
    if (left !== undefined) yield left;
  }
}

/**
 * A suite that several shards ran parts of becomes one for each of them: the same name, and the shard as a property. One
 * that is larger than a batch becomes several of the same name.
 */
function* suitesOf(cases: Iterable<TestCase>, shards: number, batch: number): Generator<string, void> {
  const texts: GrowingText[] = [];
  let suites = new Map<string, OpenSuite>();
  let added = 0;
  for (const one of cases) {
    const key = `${one.shard ?? ''}/${one.suite}`;
    let suite = suites.get(key);
    if (suite === undefined) {
      const text = texts[suites.size] ?? new GrowingText();
      texts[suites.size] = text;
      suite = new OpenSuite(one.suite, one.shard === undefined ? undefined : shardInWords(one.shard, shards), text);
      suites.set(key, suite);
    }
    suite.add(one);
    added += 1;
    if (added % batch !== 0) continue;
    for (const each of suites.values()) yield* each.pieces();
    // Not cleared: V8 chains the table of a cleared map to the one after it, and what is in that grows old with it.
    suites = new Map();
  }
  for (const each of suites.values()) yield* each.pieces();
}
