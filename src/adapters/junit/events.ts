import type { TestCase, TestOutcome } from '../../core/model/results.ts';
import { CutText, cut } from './cut-text.ts';
import { formatOf } from './other-formats.ts';
import { OUTCOMES, type NotPassed, isExpectedToFail, outcomeOfStatus } from './outcomes.ts';

/** Limit for one message and one body: more than any pipeline shows, and it bounds memory. */
const TEXT_LIMIT = 64 * 1024;
/** More than any tool shows of a name; two that differ only after this are told apart by nobody. */
const NAME_LIMIT = 8 * 1024;
/** Said in a note of the report. */
const MAX_CONTRADICTIONS = 5;
/** No JUnit file is nested like this; one that is was made to exhaust something. */
const MAX_DEPTH = 100;

type Attributes = Readonly<Record<string, string>>;
type Suite = {
  path: string;
  declaredTests: number | undefined;
  declaredBad: number;
  /** Cases of this suite alone, and with those of its inner suites. */
  own: number;
  all: number;
  bad: number;
};
type Outcome = { outcome: NotPassed; message: string; body: CutText; expectsFailure: boolean };
type Case = { suite: string; attributes: Attributes; decided: Outcome | undefined };

/** What an element is for us; `other` includes properties and output. */
type Element = 'suite' | 'case' | 'outcome' | 'other';

/** Builds test cases from the events of an XML parser. `fail` must make the whole file invalid. */
export class JUnitEvents {
  /** Where the file's own counters say something else than its cases. */
  readonly contradictions: string[] = [];
  readonly #each: (one: TestCase) => void;
  readonly #fail: (problem: string) => void;
  readonly #elements: Element[] = [];
  readonly #suites: Suite[] = [];
  #case: Case | undefined;
  #outcome: Outcome | undefined;

  constructor(each: (one: TestCase) => void, fail: (problem: string) => void) {
    this.#each = each;
    this.#fail = fail;
  }

  open(qualifiedName: string, attributes: Attributes): void {
    if (this.#elements.length >= MAX_DEPTH) this.#fail(`elements are nested more than ${MAX_DEPTH} deep`);
    this.#elements.push(this.#enter(qualifiedName.slice(qualifiedName.indexOf(':') + 1), attributes));
  }

  text(text: string): void {
    this.#outcome?.body.add(text);
  }

  close(): void {
    const element = this.#elements.pop();
    if (element === 'outcome') this.#closeOutcome();
    else if (element === 'case') this.#closeCase();
    else if (element === 'suite') this.#closeSuite();
  }

  #enter(name: string, attributes: Attributes): Element {
    const parent = this.#elements.at(-1);
    if (parent === undefined || parent === 'suite') {
      if (name === 'testsuite' || (name === 'testsuites' && parent === undefined))
        return this.#openSuite(name, attributes);
      if (parent === undefined) this.#fail(`the root element is ${formatOf(name)}, not testsuites or testsuite`);
    }
    if (name === 'testcase' || name === 'testsuite' || name === 'testsuites') {
      if (parent !== 'suite' || name !== 'testcase') this.#fail(`a ${name} element cannot stand here`);
      this.#case = { suite: this.#suites.at(-1)?.path ?? '', attributes, decided: undefined };
      return 'case';
    }
    const outcome = OUTCOMES.get(name);
    if (outcome === undefined || parent === 'other' || parent === 'outcome' || parent === undefined) return 'other';
    // An error of a whole suite (a fixture that failed, for example) has no test case: it becomes one.
    if (parent === 'suite' && outcome === 'skipped') return 'other';
    const message = limited(attributes['message'] ?? '');
    const expectsFailure = outcome === 'skipped' && isExpectedToFail(attributes['type'], message);
    this.#outcome = { outcome, message, body: new CutText(TEXT_LIMIT), expectsFailure };
    return 'outcome';
  }

  #openSuite(element: string, attributes: Attributes): Element {
    const name = element === 'testsuite' ? (attributes['name'] ?? '') : '';
    const path = cut([this.#suites.at(-1)?.path ?? '', name].filter((part) => part !== '').join(' > '), NAME_LIMIT);
    const declaredBad = (counter(attributes['failures']) ?? 0) + (counter(attributes['errors']) ?? 0);
    this.#suites.push({ path, declaredTests: counter(attributes['tests']), declaredBad, own: 0, all: 0, bad: 0 });
    return 'suite';
  }

  #closeOutcome(): void {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (!outcome) return;
    if (this.#case) {
      // A failed tear-down may follow a skip; a failure is never taken back.
      const { decided } = this.#case;
      const canChange = decided?.outcome === 'skipped' && outcome.outcome !== 'skipped' && !decided.expectsFailure;
      if (decided === undefined || canChange) this.#case.decided = outcome;
      return;
    }
    this.#addSuiteCase(this.#suites.at(-1)?.path ?? '', words(outcome));
  }

  #closeCase(): void {
    const one = this.#case;
    this.#case = undefined;
    if (!one) return;
    const { suite, attributes, decided } = one;
    const said = byStatus(attributes);
    const isWorse = decided?.outcome === 'skipped' && !decided.expectsFailure && isBad(said.outcome);
    this.#add({
      suite,
      classname: cut(attributes['classname'] ?? '', NAME_LIMIT),
      name: cut(attributes['name'] ?? '', NAME_LIMIT),
      timeMs: milliseconds(attributes['time']),
      // A test that is skipped and failed in one has failed.
      ...(decided && !isWorse ? words(decided) : said),
    });
  }

  #closeSuite(): void {
    const suite = this.#suites.at(-1);
    if (!suite) return;
    const { path, declaredTests, declaredBad, own, all } = suite;
    if (declaredTests !== undefined && declaredTests !== own && declaredTests !== all)
      this.#contradicts(`suite "${path}" counts ${declaredTests} tests, but holds ${all}`);
    if (declaredBad > 0 && suite.bad === 0) {
      // Newman does it for a script that threw: what failed is in the counter alone. It must not be lost.
      const message = `the suite counts ${declaredBad} failures and errors, but holds no such test case`;
      this.#contradicts(`suite "${path}" counts ${declaredBad} failures and errors, but holds none`);
      this.#addSuiteCase(path, { outcome: 'error', message, details: '' });
    }
    this.#suites.pop();
    const outer = this.#suites.at(-1);
    if (!outer) return;
    outer.all += suite.all;
    outer.bad += suite.bad;
  }

  #addSuiteCase(suite: string, said: Words): void {
    this.#add({ suite, classname: '', name: '(test suite)', timeMs: undefined, ...said });
  }

  #contradicts(text: string): void {
    if (this.contradictions.length < MAX_CONTRADICTIONS) this.contradictions.push(cut(text, 300));
  }

  #add(one: TestCase): void {
    this.#each(one);
    const suite = this.#suites.at(-1);
    if (!suite) return;
    suite.own += 1;
    suite.all += 1;
    if (isBad(one.outcome)) suite.bad += 1;
  }
}

function isBad(outcome: TestOutcome): boolean {
  return outcome === 'failed' || outcome === 'error';
}

type Words = Pick<TestCase, 'outcome' | 'message' | 'details'>;

function words({ outcome, message, body }: Outcome): Words {
  return { outcome, message, details: body.toString().trim() };
}

/** Of two that say different things, a failure is believed. */
function byStatus(attributes: Attributes): Words {
  let said: Words = { outcome: 'passed', message: '', details: '' };
  for (const attribute of ['status', 'result']) {
    const value = attributes[attribute] ?? '';
    const outcome = outcomeOfStatus(value);
    if (outcome === undefined || (isBad(said.outcome) && !isBad(outcome))) continue;
    said = { outcome, message: `${attribute}="${cut(value, 100)}"`, details: '' };
  }
  return said;
}

function limited(text: string): string {
  const cutText = new CutText(TEXT_LIMIT);
  cutText.add(text);
  return cutText.toString();
}

/** A counter that is missing or is no number says nothing. */
function counter(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number.parseInt(text, 10) : undefined;
}

/** Seconds as writers put them: `1.5`, `1e-3`, or `1,234.5` (surefire). Anything else is unknown. */
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const plain = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text.trim();
  if (!/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  // To the microsecond, so that 0.007 s is 7 ms and not 7.000000000000001.
  const ms = Math.round(Number.parseFloat(plain) * 1e6) / 1000;
  return Number.isFinite(ms) ? ms : undefined;
}
