/** The cluster cannot do what was asked, for a reason a person can act on. `remedy` is a command or a sentence. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  readonly remedy: string | undefined;

  constructor(message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(options.remedy === undefined ? message : `${message}\n  → ${options.remedy}`, { cause: options.cause });
    this.remedy = options.remedy;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}
