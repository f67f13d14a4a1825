import type { Results, ResultsProblem, ResultsSource, TestCase } from '../../core/model/results.ts';
import { Tally } from '../../core/results/tally.ts';
import type { OpenResultsFile } from './index.ts';
import { PackedCases } from './packed-cases.ts';

/** Said in a note of the report. */
const MAX_CONTRADICTIONS = 10;

/** All files of one delivery as one set of results, in the order of the files. */
export class ResultsCollection {
  readonly #open: OpenResultsFile;
  readonly #cases = new PackedCases();
  readonly #tally = new Tally();
  readonly #files: { path: string; bytes: number }[] = [];
  readonly #contradictions: string[] = [];

  constructor(open: OpenResultsFile) {
    this.#open = open;
  }

  get files(): number {
    return this.#files.length;
  }

  /** Why the file cannot be used, if so. */
  async add(
    path: string,
    bytes: number,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<ResultsProblem | undefined> {
    const file = this.#open(path, (one) => {
      this.#case(one);
    });
    for await (const chunk of content) if (!file.write(chunk)) break;
    const end = file.end();
    if (!end.ok) return end.problem;
    this.#files.push({ path, bytes });
    for (const text of end.contradictions)
      if (this.#contradictions.length < MAX_CONTRADICTIONS) this.#contradictions.push(`${path}: ${text}`);
    return undefined;
  }

  addCases(path: string, bytes: number, cases: readonly TestCase[]): void {
    for (const one of cases) this.#case(one);
    this.#files.push({ path, bytes });
  }

  results(sha256: string, source: ResultsSource): Results {
    return {
      source,
      counts: this.#tally.counts,
      cases: this.#cases,
      failed: this.#tally.failed,
      files: this.#files,
      contradictions: this.#contradictions,
      sha256,
    };
  }

  #case(one: TestCase): void {
    // V8 keeps the whole text that a string was cut out of: the name of a failed test would keep its part of the file.
    this.#tally.add(one.outcome === 'passed' ? one : structuredClone(one));
    this.#cases.add(one);
  }
}
