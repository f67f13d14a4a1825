type Deferred = { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void };

/** One promise for all who wait for the same thing; made anew once it is settled. */
export class Waiters {
  #waiting: Deferred | undefined;

  wait(): Promise<void> {
    this.#waiting ??= deferred();
    return this.#waiting.promise;
  }

  resolve(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }

  reject(reason: unknown): void {
    this.#waiting?.reject(reason);
    this.#waiting = undefined;
  }
}

function deferred(): Deferred {
  let resolve: () => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
