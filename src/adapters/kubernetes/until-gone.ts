import { listAt, stringAt } from '../../core/model/json.ts';
import type { ApiError, Result } from '../../core/model/api-error.ts';
import { apiError } from './api-error.ts';
import { listAndWatch } from './list-watch.ts';
import type { Api } from './request.ts';

const GIVE_UP_MS = 60_000;

/** Watches one name until no object of it has `uid`. `what` names the object in errors. */
export async function untilGone(
  api: Api,
  collectionPath: string,
  name: string,
  uid: string,
  what: string,
  giveUpMs = GIVE_UP_MS,
): Promise<Result<'gone'>> {
  const stop = new AbortController();
  let outcome: Result<'gone'> | undefined;
  let finalizers = 'none';
  let failing: ApiError | undefined;
  const finish = (result: Result<'gone'>): void => {
    outcome ??= result;
    stop.abort();
  };
  const look = (object: unknown): boolean => {
    if (stringAt(object, 'metadata', 'uid') !== uid) return false;
    const held = listAt(object, 'metadata', 'finalizers').filter((item) => typeof item === 'string');
    finalizers = held.join(', ') || 'none';
    return true;
  };
  const watching = listAndWatch(
    api,
    {
      path: collectionPath,
      apiVersion: '',
      kind: '',
      fieldSelector: `metadata.name=${name}`,
      doing: `waiting for the deletion of ${what}`,
    },
    {
      replaced: (objects) => {
        if (!objects.map(look).includes(true)) finish({ ok: true, value: 'gone' });
      },
      changed: (object) => {
        if (!look(object)) finish({ ok: true, value: 'gone' });
      },
      removed: (object) => {
        if (look(object)) finish({ ok: true, value: 'gone' });
      },
      read: (read) => {
        failing = read.state === 'failing' ? read.error : undefined;
        if (failing !== undefined && (failing.kind === 'forbidden' || failing.kind === 'invalid')) {
          finish({ ok: false, error: failing });
        }
      },
    },
    stop.signal,
  );
  const timer = api.clock.sleep(giveUpMs, stop.signal).then(
    () => {
      const message = `${what} still exists ${giveUpMs / 1000} s after its deletion was asked for (finalizers: ${finalizers})`;
      finish({ ok: false, error: failing ?? apiError('conflict', message) });
    },
    () => undefined,
  );
  await Promise.all([watching, timer]);
  return outcome ?? { ok: false, error: apiError('aborted', `waiting for the deletion of ${what}: stopped`) };
}
