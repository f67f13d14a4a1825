import type { TestCase } from '../model/results.ts';
import { cutTo } from '../report/cut.ts';

export const MAX_NAME = 8 * 1024;
const MAX_DETAILS = 64 * 1024;

/** One test point of TAP with the lines of its YAML block. */
export type Point = {
  isOk: boolean;
  name: string;
  directive: 'skip' | 'todo' | undefined;
  why: string;
  yaml: string[];
};

/** One level of the stream: the tests of it so far. */
export type Level = {
  name: string;
  planned: number | undefined;
  numbers: Set<number>;
  /** Cases of closed levels and points, in order; a point stays open until its YAML block is over. */
  cases: TestCase[];
  open: Point | undefined;
  /** A subtest that has ended and waits for the line that sums it up; buffered ones have that line already. */
  child: Level | undefined;
  summary: Point | undefined;
};

export function levelOf(name: string): Level {
  return {
    name,
    planned: undefined,
    numbers: new Set(),
    cases: [],
    open: undefined,
    child: undefined,
    summary: undefined,
  };
}

/** `not ok # TODO` is a failure that its author expects; `ok # TODO` may have no body at all (`node --test`), and is no pass. */
export function caseOf(suite: string, { isOk, name, directive, why, yaml }: Point): TestCase {
  const outcome = directive !== undefined ? 'skipped' : isOk ? 'passed' : 'failed';
  const found = (key: RegExp): string | undefined => key.exec(yaml.join('\n'))?.[1];
  const duration = Number.parseFloat(found(/^duration_ms:\s*(\d+(?:\.\d+)?)/m) ?? '');
  const said = found(/^(?:message|error):\s*["']?([^|>"'\n].*?)["']?$/m);
  return {
    suite,
    classname: '',
    name,
    timeMs: Number.isFinite(duration) ? duration : undefined,
    outcome,
    message: outcome === 'passed' ? '' : cutTo(why || said || (outcome === 'failed' ? 'not ok' : ''), MAX_NAME),
    details: outcome === 'failed' ? cutTo(yaml.join('\n'), MAX_DETAILS) : '',
  };
}
