const startedAt = performance.now();

/** Progress goes to stderr: stdout belongs to the answer (`kubeconfig` prints a path that scripts read). */
export function say(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`[cluster ${seconds} s] ${text}\n`);
}

/** Repeats `text()` every 15 s while `work` runs, so that a long build does not look hung. */
export async function sayWhile<T>(work: Promise<T>, text: () => string): Promise<T> {
  const reminder = setInterval(() => say(text()), 15_000);
  try {
    return await work;
  } finally {
    clearInterval(reminder);
  }
}
