import {
  type Json,
  type JsonObject,
  isObject,
  numberAt,
  objectAt,
  stringAt,
  stringMapAt,
} from '../../src/core/model/json.ts';
import type { ApiError, Result } from '../../src/core/model/api-error.ts';
import type { ObjectRef, Objects } from '../../src/ports.ts';
import { NAMESPACE, anApiError, uidOf } from './builders.ts';
import type { FakeClock } from './fake-clock.ts';
import { selectorMatches } from './label-selector.ts';

export type ObjectVerb = 'get' | 'list' | 'create' | 'apply' | 'patch' | 'delete' | 'untilGone';
export type ObjectCall = {
  verb: ObjectVerb;
  kind: string;
  name: string;
  dryRun: boolean;
  atMs: number;
  /** What was sent: the object, the patch or the delete options. */
  sent?: unknown;
};
export type Fault = {
  verb: ObjectVerb;
  /** Undefined = any kind. */
  kind?: string;
  dryRun?: boolean;
  error: ApiError;
  /** How often; default once. */
  times?: number;
  /** The server did the work but its answer was lost. */
  lostReply?: boolean;
};
const READS: readonly ObjectVerb[] = ['get', 'list', 'untilGone'];
type Change = (verb: ObjectVerb, object: JsonObject) => void;

/** The API server counts no generations of these. */
const WITHOUT_GENERATION = ['Service', 'ConfigMap', 'Secret', 'ServiceAccount'];

/** A store of objects that answers like the API server: UIDs, generations, `already-exists`, merge patches. */
export class FakeObjects implements Objects {
  readonly calls: ObjectCall[] = [];
  readonly #clock: FakeClock;
  readonly #onChange: Change;
  readonly #faults: (Fault & { left: number })[] = [];
  readonly #stored = new Map<string, JsonObject>();
  readonly #deletionMs = new Map<string, number>();
  #version = 1;

  constructor(clock: FakeClock, onChange: Change = () => undefined) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** `create Job/x`, `apply Deployment/y (dry run)`, … in order; reads only when asked for. */
  summary(options: { reads?: boolean } = {}): string[] {
    return this.calls
      .filter(({ verb }) => options.reads === true || !READS.includes(verb))
      .map(({ verb, kind, name, dryRun }) => `${verb} ${kind}/${name}${dryRun ? ' (dry run)' : ''}`);
  }

  fault(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  /** Puts an object as if somebody else had made it. Merges over what is stored under that name. */
  put(object: JsonObject): JsonObject {
    const key = keyOf(refOf(object));
    const before = this.#stored.get(key);
    const merged = this.#stamped(before === undefined ? object : merge(before, object, 'put'), before);
    // A scripted generation counts: it has to agree with the observedGeneration of the same script.
    const generation = numberAt(object, 'metadata', 'generation');
    const put =
      generation === undefined ? merged : { ...merged, metadata: { ...objectAt(merged, 'metadata'), generation } };
    this.#stored.set(key, put);
    return put;
  }

  remove(ref: ObjectRef): void {
    this.#stored.delete(keyOf(ref));
  }

  /** Everything that is stored now. */
  all(): readonly JsonObject[] {
    return [...this.#stored.values()];
  }

  stored(kind: string, name: string): JsonObject | undefined {
    return [...this.#stored.values()].find(
      (object) => stringAt(object, 'kind') === kind && stringAt(object, 'metadata', 'name') === name,
    );
  }

  async get(ref: ObjectRef): Promise<Result<JsonObject>> {
    const fault = this.#record('get', ref.kind, ref.name, false);
    if (fault !== undefined) return { ok: false, error: fault.error };
    return this.#found(ref);
  }

  async list(query: Parameters<Objects['list']>[0]): Promise<Result<readonly JsonObject[]>> {
    const fault = this.#record('list', query.kind, query.labelSelector ?? '', false);
    if (fault !== undefined) return { ok: false, error: fault.error };
    const items = [...this.#stored.values()].filter(
      (object) =>
        stringAt(object, 'kind') === query.kind &&
        stringAt(object, 'apiVersion') === query.apiVersion &&
        (stringAt(object, 'metadata', 'namespace') ?? NAMESPACE) === query.namespace &&
        selectorMatches(query.labelSelector ?? '', stringMapAt(object, 'metadata', 'labels')),
    );
    return { ok: true, value: items };
  }

  async create(object: JsonObject, { dryRun }: { dryRun: boolean }): Promise<Result<JsonObject>> {
    const ref = refOf(object);
    const fault = this.#record('create', ref.kind, ref.name, dryRun, object);
    if (fault !== undefined && fault.lostReply !== true) return { ok: false, error: fault.error };
    if (this.#stored.has(keyOf(ref))) return { ok: false, error: anApiError('already-exists') };
    return this.#store('create', object, undefined, dryRun, fault);
  }

  async apply(object: JsonObject, { dryRun }: { dryRun: boolean }): Promise<Result<JsonObject>> {
    const ref = refOf(object);
    const fault = this.#record('apply', ref.kind, ref.name, dryRun, object);
    if (fault !== undefined && fault.lostReply !== true) return { ok: false, error: fault.error };
    const before = this.#stored.get(keyOf(ref));
    return this.#store('apply', before === undefined ? object : merge(before, object, 'put'), before, dryRun, fault);
  }

  async patch(ref: ObjectRef, patch: JsonObject | readonly JsonObject[]): Promise<Result<JsonObject>> {
    const fault = this.#record('patch', ref.kind, ref.name, false, patch);
    if (fault !== undefined && fault.lostReply !== true) return { ok: false, error: fault.error };
    const before = this.#stored.get(keyOf(ref));
    if (before === undefined) return { ok: false, error: anApiError('not-found') };
    const after = isObject(patch) ? merge(before, patch, 'rfc7386') : jsonPatched(before, patch);
    return this.#store('patch', after, before, false, fault);
  }

  async delete(
    ref: ObjectRef,
    options: { uid?: string; propagation: 'Background' | 'Foreground' },
  ): Promise<Result<'deleted' | 'absent'>> {
    const fault = this.#record('delete', ref.kind, ref.name, false, options);
    if (fault !== undefined && fault.lostReply !== true) return { ok: false, error: fault.error };
    const before = this.#stored.get(keyOf(ref));
    if (before === undefined)
      return fault === undefined ? { ok: true, value: 'absent' } : { ok: false, error: fault.error };
    if (options.uid !== undefined && stringAt(before, 'metadata', 'uid') !== options.uid) {
      return { ok: false, error: anApiError('conflict') };
    }
    const takesMs = this.#deletionMs.get(ref.kind) ?? 0;
    const gone = (): void => {
      this.#stored.delete(keyOf(ref));
      this.#onChange('delete', before);
    };
    if (takesMs === 0) gone();
    else {
      this.put({ ...before, metadata: { ...objectAt(before, 'metadata'), deletionTimestamp: this.#timestamp() } });
      this.#clock.after(takesMs, gone);
    }
    return fault === undefined ? { ok: true, value: 'deleted' } : { ok: false, error: fault.error };
  }

  /** Looks once a second of fake time; gives up after 60 s as the real one does. */
  async untilGone(ref: ObjectRef, uid: string): Promise<Result<'gone'>> {
    const fault = this.#record('untilGone', ref.kind, ref.name, false, uid);
    if (fault !== undefined) return { ok: false, error: fault.error };
    const neverAborted = new AbortController().signal;
    for (let seconds = 0; seconds < 60; seconds++) {
      if (stringAt(this.#stored.get(keyOf(ref)), 'metadata', 'uid') !== uid) return { ok: true, value: 'gone' };
      await this.#clock.sleep(1000, neverAborted);
    }
    return { ok: false, error: anApiError('conflict') };
  }

  /** Deletions of this kind are done only after `ms`, as with a finalizer or a long termination grace period. */
  deletionTakes(kind: string, ms: number): void {
    this.#deletionMs.set(kind, ms);
  }

  #timestamp(): string {
    return new Date(this.#clock.nowMs()).toISOString();
  }

  #found(ref: ObjectRef): Result<JsonObject> {
    const found = this.#stored.get(keyOf(ref));
    return found === undefined ? { ok: false, error: anApiError('not-found') } : { ok: true, value: found };
  }

  #store(
    verb: ObjectVerb,
    object: JsonObject,
    before: JsonObject | undefined,
    dryRun: boolean,
    fault: Fault | undefined,
  ): Result<JsonObject> {
    const stamped = this.#stamped(object, before);
    if (!dryRun) {
      this.#stored.set(keyOf(refOf(stamped)), stamped);
      this.#onChange(verb, stamped);
    }
    return fault === undefined ? { ok: true, value: stamped } : { ok: false, error: fault.error };
  }

  #stamped(object: JsonObject, before: JsonObject | undefined): JsonObject {
    const ref = refOf(object);
    const specChanged = JSON.stringify(object['spec']) !== JSON.stringify(before?.['spec']);
    const generation = numberAt(before, 'metadata', 'generation');
    return {
      ...object,
      metadata: {
        creationTimestamp: this.#timestamp(),
        ...(!WITHOUT_GENERATION.includes(ref.kind) && {
          generation: generation === undefined ? 1 : specChanged ? generation + 1 : generation,
        }),
        uid: uidOf(ref.kind, ref.name),
        namespace: ref.namespace,
        ...objectAt(object, 'metadata'),
        ...(before !== undefined && specChanged && generation !== undefined && { generation: generation + 1 }),
        resourceVersion: String(++this.#version),
      },
    };
  }

  #record(verb: ObjectVerb, kind: string, name: string, dryRun: boolean, sent?: unknown): Fault | undefined {
    this.calls.push({ verb, kind, name, dryRun, atMs: this.#clock.nowMs(), ...(sent !== undefined && { sent }) });
    const fault = this.#faults.find(
      (candidate) =>
        candidate.left > 0 &&
        candidate.verb === verb &&
        (candidate.kind ?? kind) === kind &&
        (candidate.dryRun ?? dryRun) === dryRun,
    );
    if (fault !== undefined) fault.left -= 1;
    return fault;
  }
}

export function refOf(object: JsonObject): ObjectRef {
  return {
    apiVersion: stringAt(object, 'apiVersion') ?? '',
    kind: stringAt(object, 'kind') ?? '',
    namespace: stringAt(object, 'metadata', 'namespace') ?? NAMESPACE,
    name: stringAt(object, 'metadata', 'name') ?? '',
  };
}

function keyOf(ref: ObjectRef): string {
  return `${ref.apiVersion}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

/** RFC 7386, where null removes; `put` differs only in keeping what an undefined value does not name. */
function merge(before: JsonObject, patch: JsonObject, mode: 'put' | 'rfc7386'): JsonObject {
  const merged: Record<string, Json | undefined> = { ...before };
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key];
    if (value === undefined) continue;
    if (value === null && mode === 'rfc7386') delete merged[key];
    else if (isObject(value)) merged[key] = merge(isObject(old) ? old : {}, value, mode);
    else merged[key] = value;
  }
  return merged;
}

/** The part of RFC 6902 that a gate needs: add, replace and remove of object members. */
function jsonPatched(before: JsonObject, operations: readonly JsonObject[]): JsonObject {
  const copy: unknown = structuredClone(before);
  for (const operation of operations) {
    const steps = (stringAt(operation, 'path') ?? '')
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    let here: unknown = copy;
    for (const step of steps) here = (here as Record<string, unknown>)[step];
    if (last === undefined || typeof here !== 'object' || here === null) throw new Error('test: bad JSON patch path');
    if (operation['op'] === 'remove') delete (here as Record<string, unknown>)[last];
    else (here as Record<string, unknown>)[last] = operation['value'];
  }
  return isObject(copy) ? copy : {};
}
