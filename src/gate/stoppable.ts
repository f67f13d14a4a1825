import type { Result } from '../core/model/api-error.ts';
import type { Objects } from '../ports.ts';

export type Stoppable = {
  objects: Objects;
  /** Resolves when no change is unanswered any more. */
  idle(): Promise<void>;
};

/**
 * Objects that are not changed any more once `signal` has aborted. A cancelled phase runs on to its next await; without
 * this it could make an object that the clean-up has already passed, or apply one after its roll-back.
 */
export function stoppable(objects: Objects, signal: AbortSignal): Stoppable {
  const unanswered = new Set<Promise<unknown>>();
  const change = async <T>(send: () => Promise<Result<T>>): Promise<Result<T>> => {
    if (signal.aborted) return stopped;
    const sent = send();
    unanswered.add(sent);
    try {
      return await sent;
    } finally {
      unanswered.delete(sent);
    }
  };
  return {
    objects: {
      get: (ref) => objects.get(ref),
      list: (query) => objects.list(query),
      untilGone: (ref, uid) => objects.untilGone(ref, uid),
      create: (object, options) => change(() => objects.create(object, options)),
      apply: (object, options) => change(() => objects.apply(object, options)),
      patch: (ref, patch) => change(() => objects.patch(ref, patch)),
      delete: (ref, options) => change(() => objects.delete(ref, options)),
    },
    idle: async () => {
      await Promise.allSettled(unanswered);
    },
  };
}

const stopped: Result<never> = {
  ok: false,
  error: {
    kind: 'aborted',
    message: 'not sent: the run was cancelled',
    httpStatus: undefined,
    reason: undefined,
    code: undefined,
    retryAfterMs: undefined,
  },
};
