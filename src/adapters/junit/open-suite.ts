import type { TestSuite } from 'junit-report-builder';
import type { TestCase } from '../../core/model/results.ts';
import { countCase, noCounts } from '../../core/results/tally.ts';
import { suiteText } from './built.ts';
import type { GrowingText } from './growing-text.ts';
import { safeName, safeText } from './safe-text.ts';

/** No other text can hold it: in an attribute, `<` and `"` are escaped. */
const PLACE = '\n    <testcase name="place of the cases"/>';
const ITS_COUNTS = ' tests="1" failures="0" errors="0" skipped="0"';

/**
 * A suite of testcar's cases, open until its counts are known. For each case the builder makes a tree of some 4 kB and
 * goes through every character three times; most of 200,000 tests have passed and say nothing but their name. So the
 * builder writes the suite and each case that says more; what it would write of a passed one is put together here. A
 * property test holds the two to each other.
 */
export class OpenSuite {
  readonly #name: string;
  readonly #shard: string | undefined;
  readonly #counts = noCounts();
  readonly #written: GrowingText;
  #others: TestCase[] = [];

  /** `shard` in words. `written` is empty, and is so again after `pieces`. */
  constructor(name: string, shard: string | undefined, written: GrowingText) {
    this.#name = name;
    this.#shard = shard;
    this.#written = written;
  }

  add(one: TestCase): void {
    countCase(this.#counts, one);
    if (one.outcome === 'passed') {
      this.#writeOthers();
      this.#written.add(passedText(one));
    } else this.#others.push(one);
  }

  *pieces(): Generator<string, void> {
    this.#writeOthers();
    const { tests, failed, errors, skipped } = this.#counts;
    const counts = ` tests="${tests}" failures="${failed}" errors="${errors}" skipped="${skipped}"`;
    const suite = suiteText(safeName(this.#name) || 'testcar', (node) => {
      if (this.#shard !== undefined) node.property('testcar-gate shard', this.#shard);
      node.testCase().name('place of the cases');
    });
    const [before = '', after = ''] = suite.replace(ITS_COUNTS, counts).split(PLACE);
    yield before;
    yield* this.#written.taken();
    yield after;
  }

  #writeOthers(): void {
    if (this.#others.length > 0) this.#written.add(builtText(this.#others));
    this.#others = [];
  }
}

function passedText({ name, classname, timeMs }: TestCase): string {
  const ofClass = classname === '' ? '' : ` classname="${escaped(safeName(classname))}"`;
  const time = timeMs === undefined ? '' : ` time="${timeMs / 1000}"`;
  return `\n    <testcase name="${escaped(shownName(name))}"${ofClass}${time}/>`;
}

/** An attribute's value of which `safeName` has made one line. */
function escaped(line: string): string {
  if (!/[&<"]/.test(line)) return line;
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function builtText(cases: readonly TestCase[]): string {
  const suite = suiteText('', (node) => {
    for (const one of cases) addCase(node, one);
  });
  return suite.slice(suite.indexOf('\n    <testcase '), suite.lastIndexOf('\n  </testsuite>'));
}

/** Azure drops a case without a name. */
function shownName(name: string): string {
  return safeName(name) || 'test without a name';
}

/** Exported for the test that holds `passedText` to it. */
export function addCase(suite: TestSuite, { classname, name, timeMs, outcome, message, details }: TestCase): void {
  const node = suite.testCase().name(shownName(name));
  if (classname !== '') node.className(safeName(classname));
  if (timeMs !== undefined) node.time(timeMs / 1000);
  if (outcome === 'passed') return;
  if (outcome === 'skipped') {
    node.skipped();
    // The builder has no place for why a test was skipped.
    const why = safeText(message) || safeText(details);
    if (why !== '') node.standardOutput(why);
    return;
  }
  const stack = safeText(details);
  const text = safeText(message) || firstLine(stack) || 'no message';
  if (outcome === 'error') node.error(text, undefined, stack);
  else node.failure(text).stacktrace(stack);
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0] ?? '';
}
