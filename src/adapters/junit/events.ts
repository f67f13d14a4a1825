import type { TestCase, TestOutcome } from '../../core/model/results.ts';
import { CutText } from './cut-text.ts';

/** Limit for one message and one body: more than any pipeline shows, and it bounds memory. */
const TEXT_LIMIT = 64 * 1024;
/** No JUnit file is nested like this; one that is was made to exhaust something. */
const MAX_DEPTH = 100;

type Attributes = Readonly<Record<string, string>>;
type Suite = { path: string; declaredBad: number; bad: number };
type Outcome = { outcome: 'failed' | 'error' | 'skipped'; message: string; body: CutText };
type Case = { suite: string; attributes: Attributes; decided: Outcome | undefined };

/** What an element is for us; `other` includes properties and output. */
type Element = 'suite' | 'case' | 'outcome' | 'other';

const OUTCOMES: ReadonlyMap<string, Outcome['outcome']> = new Map([
  ['failure', 'failed'],
  ['error', 'error'],
  ['skipped', 'skipped'],
]);

/** Values of `status` or `result` that some writers use in place of a child element (GoogleTest, CTest, Allure). */
const STATUS: ReadonlyMap<string, TestOutcome> = new Map([
  ...['fail', 'failed', 'failure'].map((word) => [word, 'failed'] as const),
  ...['error', 'broken', 'aborted', 'timeout', 'crashed'].map((word) => [word, 'error'] as const),
  ...['skip', 'skipped', 'disabled', 'notrun', 'notexecuted', 'suppressed', 'ignored', 'pending'].map(
    (word) => [word, 'skipped'] as const,
  ),
]);

/** Builds test cases from the events of an XML parser. `fail` must make the whole file invalid. */
export class JUnitEvents {
  readonly cases: TestCase[] = [];
  readonly #fail: (problem: string) => void;
  readonly #elements: Element[] = [];
  readonly #suites: Suite[] = [];
  #case: Case | undefined;
  #outcome: Outcome | undefined;

  constructor(fail: (problem: string) => void) {
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
      if (parent === undefined) this.#fail(`the root element is ${name}, not testsuites or testsuite`);
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
    this.#outcome = { outcome, message: limited(attributes['message'] ?? ''), body: new CutText(TEXT_LIMIT) };
    return 'outcome';
  }

  #openSuite(element: string, attributes: Attributes): Element {
    const name = element === 'testsuite' ? (attributes['name'] ?? '') : '';
    const path = [this.#suites.at(-1)?.path ?? '', name].filter((part) => part !== '').join(' > ');
    this.#suites.push({ path, declaredBad: counter(attributes['failures']) + counter(attributes['errors']), bad: 0 });
    return 'suite';
  }

  #closeOutcome(): void {
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (!outcome) return;
    if (this.#case) {
      // A failed tear-down may follow a skip; a failure is never taken back.
      if (!this.#case.decided || this.#case.decided.outcome === 'skipped') {
        if (!this.#case.decided || outcome.outcome !== 'skipped') this.#case.decided = outcome;
      }
      return;
    }
    this.#add({
      suite: this.#suites.at(-1)?.path ?? '',
      classname: '',
      name: '(test suite)',
      timeMs: undefined,
      ...words(outcome),
    });
  }

  #closeCase(): void {
    const one = this.#case;
    this.#case = undefined;
    if (!one) return;
    const { suite, attributes, decided } = one;
    this.#add({
      suite,
      classname: attributes['classname'] ?? '',
      name: attributes['name'] ?? '',
      timeMs: milliseconds(attributes['time']),
      ...(decided ? words(decided) : byStatus(attributes)),
    });
  }

  #closeSuite(): void {
    const suite = this.#suites.pop();
    if (!suite) return;
    if (suite.declaredBad > 0 && suite.bad === 0) {
      this.#fail(`suite "${suite.path}" counts ${suite.declaredBad} failures and errors, but holds no such test case`);
    }
    const outer = this.#suites.at(-1);
    if (outer) outer.bad += suite.bad;
  }

  #add(one: TestCase): void {
    this.cases.push(one);
    const suite = this.#suites.at(-1);
    if (suite && (one.outcome === 'failed' || one.outcome === 'error')) suite.bad += 1;
  }
}

type Words = Pick<TestCase, 'outcome' | 'message' | 'details'>;

function words({ outcome, message, body }: Outcome): Words {
  return { outcome, message, details: body.toString().trim() };
}

function byStatus(attributes: Attributes): Words {
  for (const attribute of ['result', 'status']) {
    const value = attributes[attribute] ?? '';
    const outcome = STATUS.get(value.toLowerCase());
    if (outcome !== undefined) return { outcome, message: `${attribute}="${value}"`, details: '' };
  }
  return { outcome: 'passed', message: '', details: '' };
}

function limited(text: string): string {
  const cutText = new CutText(TEXT_LIMIT);
  cutText.add(text);
  return cutText.toString();
}

/** A counter that is missing or is no number says nothing. */
function counter(text: string | undefined): number {
  return text !== undefined && /^\s*\d{1,15}\s*$/.test(text) ? Number.parseInt(text, 10) : 0;
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
