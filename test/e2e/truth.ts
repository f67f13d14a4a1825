import {
  type JsonObject,
  isObject,
  listAt,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
} from '../../src/core/model/json.ts';
import type { Kind } from './kube.ts';

/** Something that can be read off the objects of one kind in the namespace of a test. */
export type Truth = {
  kind: Kind;
  isIn(there: readonly JsonObject[], gone: readonly JsonObject[]): boolean;
};

type Is = (object: JsonObject) => boolean;
export type Role = 'sut' | 'testcar';

export const some = (kind: Kind, is: Is): Truth => ({ kind, isIn: (there) => there.some(is) });
/** Deleted for good, not only marked. */
export const gone = (kind: Kind, is: Is = () => true): Truth => ({ kind, isIn: (_, all) => all.some(is) });
export const event = (reason: string, message = /(?:)/): Truth =>
  some('Event', (each) => stringAt(each, 'reason') === reason && message.test(stringAt(each, 'message') ?? ''));

/** A pod that the gate brought up, in the modes in which it labels them. */
export const pod = (role: Role, is: Is): Truth => some('Pod', (each) => roleOf(each) === role && is(each));

/** A container of it waits for one of these reasons. */
export const waiting = (role: Role, ...reasons: readonly string[]): Truth =>
  pod(role, (each) =>
    statuses(each).some((status) => reasons.includes(stringAt(status, 'state', 'waiting', 'reason') ?? '')),
  );

/** A container of it ended like this, now or before its last restart. */
export const ended = (role: Role, is: (terminated: JsonObject, status: JsonObject) => boolean): Truth =>
  pod(role, (each) =>
    statuses(each).some((status) =>
      ['state', 'lastState'].some((key) => {
        const end = objectAt(status, key, 'terminated');
        return end['reason'] !== undefined && is(end, status);
      }),
    ),
  );

export const exited = (role: Role, container: string, exitCode: number): Truth =>
  ended(role, (end, status) => stringAt(status, 'name') === container && numberAt(end, 'exitCode') === exitCode);

export const oomKilled = (role: Role): Truth => ended(role, (end) => stringAt(end, 'reason') === 'OOMKilled');

export const restarted = (role: Role, times: number): Truth =>
  pod(role, (each) => statuses(each).some((status) => (numberAt(status, 'restartCount') ?? 0) >= times));

/**
 * A container is down again after so many restarts. The kubelet may show the short life between two ends as running until its
 * next look at the pod, and whoever sees a container run has no reason to give it up.
 */
export const downAgain = (role: Role, restarts: number, container?: string): Truth =>
  pod(role, (each) =>
    statuses(each).some(
      (status) =>
        (numberAt(status, 'restartCount') ?? 0) >= restarts &&
        objectAt(status, 'state', 'running')['startedAt'] === undefined &&
        (container === undefined || stringAt(status, 'name') === container),
    ),
  );

export const running = (role: Role): Truth =>
  pod(role, (each) => statuses(each).some((status) => objectAt(status, 'state', 'running')['startedAt'] !== undefined));

export const condition = (object: JsonObject, type: string, status: string, reason?: string): boolean =>
  listAt(object, 'status', 'conditions').some(
    (each) =>
      stringAt(each, 'type') === type &&
      stringAt(each, 'status') === status &&
      (reason === undefined || stringAt(each, 'reason') === reason),
  );

export const unschedulable = (role: Role): Truth =>
  pod(role, (each) => condition(each, 'PodScheduled', 'False', 'Unschedulable'));

/** The controller's word that our Job is over. */
export const jobEnded = (type: 'Complete' | 'Failed'): Truth => some('Job', (job) => condition(job, type, 'True'));

/** Over in whichever way. */
export const jobOver: Truth = some(
  'Job',
  (job) => condition(job, 'Complete', 'True') || condition(job, 'Failed', 'True'),
);

export const roleOf = (object: JsonObject): string | undefined =>
  stringMapAt(object, 'metadata', 'labels')['testcar-gate/role'];

function statuses(object: JsonObject): readonly JsonObject[] {
  return ['initContainerStatuses', 'containerStatuses']
    .flatMap((key) => listAt(object, 'status', key))
    .filter(isObject);
}
