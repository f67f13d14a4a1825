import { Cancelled } from '../gate/cancelled.ts';

/** What the life of the process needs of `process`; tests hand in a stand-in. */
export type ProcessHandle = {
  exitCode?: number | string | null | undefined;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): unknown;
};

/** The gate itself broke: not proof of anything, so the exit code of INCONCLUSIVE. */
export const INTERNAL_ERROR_EXIT_CODE = 5;

/**
 * After the report is flushed nothing is left to wait for; only idle keep-alive sockets could hold the process. Short,
 * because a pipeline waits for it (design: 300 ms from the Job's end to the exit), and never before the flush.
 */
const LINGER_MS = 100;

const SIGNALS = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGBREAK: 'SIGTERM', SIGHUP: 'SIGTERM' } as const;

export type Life = {
  /** Aborts with a `Cancelled` at the first signal, or with the error of a crash. */
  signal: AbortSignal;
  /** What crashed outside of every await, if anything did. */
  crashed(): { error: unknown } | undefined;
  end(exitCode: number): void;
};

/**
 * Takes over signals and crashes. From here on an exit that nobody decided, even by an empty event loop, is not 0.
 * The first signal asks the run to stop, the second ends the process at once: the agents send SIGINT, wait 7.5 s, send
 * SIGTERM, and kill 2.5 s later.
 */
export function takeOverProcess(handle: ProcessHandle): Life {
  handle.exitCode = INTERNAL_ERROR_EXIT_CODE;
  const cancel = new AbortController();
  let crash: { error: unknown } | undefined;
  let ended: number | undefined;

  for (const [event, name] of Object.entries(SIGNALS)) {
    handle.on(event, () => {
      if (cancel.signal.aborted || ended !== undefined) handle.exit(ended ?? (name === 'SIGINT' ? 130 : 143));
      else cancel.abort(new Cancelled(name));
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    handle.on(event, (error) => {
      // A crash while the end is being told must not start the telling again.
      if (crash !== undefined || ended !== undefined) {
        handle.exit(ended === undefined || ended === 0 ? INTERNAL_ERROR_EXIT_CODE : ended);
        return;
      }
      crash = { error };
      if (!cancel.signal.aborted) cancel.abort(error instanceof Error ? error : new Error('a crash without an error'));
    });
  }

  // A library, or a hook of the host, may call process.exit(0): only what `end` was told may be 0.
  handle.on('exit', (exitCode) => {
    if (exitCode === 0) handle.exitCode = ended ?? INTERNAL_ERROR_EXIT_CODE;
  });

  return {
    signal: cancel.signal,
    crashed: () => crash,
    end(exitCode) {
      const code = crash !== undefined && exitCode === 0 ? INTERNAL_ERROR_EXIT_CODE : exitCode;
      ended = code;
      handle.exitCode = code;
      setTimeout(() => handle.exit(code), LINGER_MS).unref();
    },
  };
}
