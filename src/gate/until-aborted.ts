/**
 * The value of `work`, or the signal's reason as soon as it aborts: a call under way must not delay a cancellation.
 * Work that loses the race may still reject; that is no crash.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const done = (): void => {
      signal.removeEventListener('abort', abort);
    };
    work.then(resolve, reject).then(done, done);
  });
}
