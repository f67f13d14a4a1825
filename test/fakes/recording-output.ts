import type { SafeBlock, SafeLine } from '../../src/core/report/neutralise.ts';
import type { Output, ReportStore } from '../../src/ports.ts';

/** Keeps the lines that a host printed. */
export class RecordingOutput implements Output {
  readonly lines: string[] = [];
  flushes = 0;
  /** What `room` gives: a slow console is a promise that a test resolves. */
  hasRoom: Promise<void> = Promise.resolve();

  line(text: SafeLine): void {
    this.lines.push(text);
  }

  block(text: SafeBlock): void {
    this.lines.push(...text.split('\n').slice(0, -1));
  }

  room(): Promise<void> {
    return this.hasRoom;
  }

  async flush(): Promise<void> {
    this.flushes++;
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }
}

/** Keeps the files that a host stored. */
export class RecordingStore implements ReportStore {
  readonly files = new Map<string, string>();
  readonly appended = new Map<string, string>();
  /** Set to make every call reject, as a full disk would. */
  failure: Error | undefined;

  async write(
    dir: string,
    files: readonly { name: string; content: string | Iterable<string> }[],
  ): Promise<readonly string[]> {
    if (this.failure !== undefined) throw this.failure;
    return files.map(({ name, content }) => {
      this.files.set(name, typeof content === 'string' ? content : [...content].join(''));
      return `${dir}/${name}`;
    });
  }

  async append(path: string, content: string): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.appended.set(path, (this.appended.get(path) ?? '') + content);
  }
}
