import type { TestCase } from '../model/results.ts';
import { type Level, MAX_NAME, type Point, caseOf, levelOf } from './tap-case.ts';
import { cutTo } from '../report/cut.ts';

/** Reads TAP 13 and 14 (testanything.org) with subtests, as `node --test`, node-tap, tape, AVA and bats write it. */
export type TapRead = { ok: true; cases: readonly TestCase[] } | { ok: false; detail: string };

const MAX_DEPTH = 50;

const VERSION = /^TAP version (\d+)$/i;
const PLAN = /^1\.\.(\d{1,9})(?:\s*#.*)?$/;
const POINT = /^(not )?ok\b(?: +(\d{1,9}))?(?: *-)?(?: +(.*))?$/;
const SUBTEST = /^# Subtest(?:: (.*))?$/;
const DIRECTIVE = /(?:^|\s)#\s*(skip|todo)\S*\s*(.*)$/i;
/** Of a test that failed only what is spelt as producers do: `not ok 1 - opens #todolist` must not pass for a todo. */
const STRICT_DIRECTIVE = /(?:^|\s)# +(skip|todo)(?:(?<=skip)(?:ped|ping)?:?)?(?:\s+(.*))?$/i;

class Tap {
  readonly #levels: Level[] = [levelOf('')];
  #yaml: string | undefined;
  #nextName = '';
  #problem: string | undefined;

  line(line: string): void {
    if (this.#problem !== undefined || this.#inYaml(line)) return;
    const text = line.trimStart();
    const depth = (line.length - text.length) / 4;
    const plan = PLAN.exec(text.trimEnd());
    const point = POINT.exec(text.trimEnd());
    if (/^Bail out!/i.test(text)) this.#fail(`the run bailed out: ${cutTo(text.slice(9).trim(), 200) || 'no reason'}`);
    else if (VERSION.test(text.trim())) this.#version(text.trim(), depth);
    else if (SUBTEST.test(text.trimEnd())) this.#subtest(SUBTEST.exec(text.trimEnd())?.[1] ?? '', depth);
    else if (text.trimEnd() === '}' && Number.isInteger(depth)) this.#to(depth);
    else if ((plan ?? point) && this.#to(depth)) {
      if (plan) this.#plan(Number.parseInt(plan[1] ?? '', 10));
      else if (point) this.#point(point);
    }
  }

  end(): TapRead {
    if (this.#yaml !== undefined) this.#fail('it ends within a diagnostic block');
    this.#to(0);
    const [root] = this.#levels;
    if (this.#problem === undefined && root !== undefined) {
      this.#closePoint(root);
      if (root.child !== undefined) this.#fail(`subtest "${root.child.name}" has no result`);
      this.#checkPlan(root);
      if (this.#problem === undefined) return { ok: true, cases: root.cases };
    }
    return { ok: false, detail: this.#problem ?? 'nothing was read' };
  }

  #version(text: string, depth: number): void {
    const version = VERSION.exec(text)?.[1];
    if (version !== '13' && version !== '14') this.#fail(`TAP version ${version ?? ''} is not known`);
    const [root] = this.#levels;
    if (depth === 0 && (this.#levels.length > 1 || (root && (root.numbers.size > 0 || root.planned !== undefined))))
      this.#fail('a second TAP stream begins before the end');
  }

  /** Names what follows: a test of this level, or a subtest; older producers say it inside of the subtest. */
  #subtest(name: string, depth: number): void {
    const isInside = depth >= this.#levels.length && this.#nextName === '';
    if (depth < this.#levels.length - 1 || !this.#to(depth)) return;
    const level = this.#levels.at(-1);
    if (!isInside) this.#nextName = name;
    else if (level?.name === '') level.name = name;
  }

  /** Goes to the level of that depth; false for a line that no producer indents like this, which is output. */
  #to(depth: number): boolean {
    if (!Number.isInteger(depth) || depth > MAX_DEPTH) return false;
    while (depth < this.#levels.length - 1) this.#closeLevel();
    while (depth >= this.#levels.length) this.#openLevel();
    return this.#problem === undefined;
  }

  #openLevel(): void {
    const level = this.#levels.at(-1);
    // After `ok 1 - name {` its subtest follows; otherwise the summing line comes after the subtest.
    const buffered = level?.open?.name.endsWith(' {') === true ? level.open : undefined;
    if (level !== undefined) {
      if (buffered === undefined) this.#closePoint(level);
      else buffered.name = buffered.name.slice(0, -2);
      level.open = undefined;
      if (level.child !== undefined) this.#fail(`subtest "${level.child.name}" has no result`);
      level.summary = buffered;
    }
    this.#levels.push(levelOf(buffered?.name ?? this.#nextName));
    this.#nextName = '';
  }

  #closeLevel(): void {
    const child = this.#levels.pop();
    const level = this.#levels.at(-1);
    if (child === undefined || level === undefined) return;
    this.#closePoint(child);
    if (child.child !== undefined) this.#fail(`subtest "${child.child.name}" has no result`);
    this.#checkPlan(child);
    level.child = child;
    if (level.summary !== undefined) this.#sumUp(level, level.summary);
  }

  #checkPlan({ name, planned, numbers }: Level): void {
    const where = name === '' ? '' : `subtest "${cutTo(name, 200)}": `;
    if (planned === undefined) this.#fail(`${where}the plan is missing`);
    else if (numbers.size !== planned || [...numbers].some((number) => number < 1 || number > planned))
      this.#fail(`${where}${planned} tests were planned, ${numbers.size} came`);
  }

  #plan(count: number): void {
    const level = this.#levels.at(-1);
    if (level === undefined) return;
    this.#closePoint(level);
    if (level.planned !== undefined) this.#fail('the plan came twice');
    level.planned = count;
  }

  #point([, not, id, rest = '']: RegExpExecArray): void {
    const level = this.#levels.at(-1);
    if (level === undefined) return;
    this.#closePoint(level);
    const number = id === undefined ? level.numbers.size + 1 : Number.parseInt(id, 10);
    if (level.numbers.has(number)) this.#fail(`test ${number} came twice`);
    level.numbers.add(number);
    this.#nextName = '';
    const escaped = rest.replaceAll('\\#', '\u0000');
    const directive = (not === undefined ? DIRECTIVE : STRICT_DIRECTIVE).exec(escaped);
    const named = escaped
      .slice(0, directive?.index)
      .replace(/\s+# time=\S+/, '')
      .replaceAll('\u0000', '#')
      .replaceAll('\\\\', '\\')
      .trim();
    level.open = {
      isOk: not === undefined,
      name: cutTo(named || `test ${number}`, MAX_NAME),
      directive: directive?.[1]?.toLowerCase() === 'skip' ? 'skip' : directive ? 'todo' : undefined,
      why: directive?.[2]?.replaceAll('\u0000', '#') ?? '',
      yaml: [],
    };
  }

  /** A YAML block stands below its point, two columns to the right. */
  #inYaml(line: string): boolean {
    const open = this.#levels.at(-1)?.open;
    if (this.#yaml !== undefined) {
      if (line.trimEnd() === `${this.#yaml}...`) this.#yaml = undefined;
      else if (open !== undefined && open.yaml.length < 2_000) open.yaml.push(line.slice(this.#yaml.length));
      return true;
    }
    const indent = '    '.repeat(this.#levels.length - 1) + '  ';
    if (open === undefined || open.yaml.length > 0 || line.trimEnd() !== `${indent}---`) return false;
    this.#yaml = indent;
    return true;
  }

  #closePoint(level: Level): void {
    const { open } = level;
    level.open = undefined;
    if (open === undefined) return;
    if (level.child !== undefined) this.#sumUp(level, open);
    else level.cases.push(caseOf('', open));
  }

  /** The cases of a subtest stand for it; its own line counts only where it says more than they do. */
  #sumUp(level: Level, point: Point): void {
    const { child } = level;
    level.child = undefined;
    level.summary = undefined;
    if (child === undefined) return;
    const name = child.name || point.name;
    const cases = child.cases.map((one): TestCase => {
      const suite = one.suite === '' ? name : `${name} > ${one.suite}`;
      return { ...one, suite: cutTo(suite, MAX_NAME), outcome: point.directive === 'todo' ? 'skipped' : one.outcome };
    });
    const own = caseOf('', point);
    const isNew =
      cases.length === 0 || (own.outcome === 'failed' && !cases.some(({ outcome }) => outcome === 'failed'));
    level.cases.push(...cases, ...(isNew ? [own] : []));
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
  }
}

export function readTap(text: string): TapRead {
  const tap = new Tap();
  for (const line of text.split(/\r?\n/)) tap.line(line);
  return tap.end();
}
