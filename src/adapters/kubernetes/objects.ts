import { type JsonObject, isObject, stringAt } from '../../core/model/json.ts';
import type { Result } from '../../core/model/api-error.ts';
import type { ObjectRef, Objects } from '../../ports.ts';
import { apiError } from './api-error.ts';
import { itemsOf } from './items.ts';
import type { Api, ApiCall } from './request.ts';
import { Resources } from './resources.ts';
import { untilGone } from './until-gone.ts';

const FIELD_MANAGER = 'testcar-gate';

export function kubernetesObjects(api: Api): Objects {
  const resources = new Resources(api);

  const call = async (
    where: Parameters<Resources['path']>[0],
    rest: Omit<ApiCall, 'path'>,
  ): Promise<Result<JsonObject>> => {
    const path = await resources.path(where);
    return path.ok ? ofKubernetes(await api.json({ ...rest, path: path.value }), rest.doing) : path;
  };

  return {
    get: (ref) => call(ref, { method: 'GET', doing: `reading ${named(ref)}`, repeatable: true }),

    async list(query) {
      const { apiVersion, kind, namespace, labelSelector } = query;
      const doing = `listing ${kind} objects of namespace ${namespace}`;
      const answer = await call(
        { apiVersion, kind, namespace },
        { method: 'GET', query: { labelSelector }, doing, repeatable: true },
      );
      if (!answer.ok) return answer;
      return { ok: true, value: itemsOf(answer.value, apiVersion, kind) };
    },

    async create(object, { dryRun }) {
      const ref = refOf(object);
      const { name: _, ...collection } = ref;
      return call(collection, {
        method: 'POST',
        query: writeQuery(dryRun),
        body: { contentType: 'application/json', content: object },
        doing: `${dryRun ? 'checking' : 'creating'} ${named(ref)}`,
        // Without a name the server makes one up, and a repetition would create a second object.
        repeatable: dryRun || ref.name !== '',
      });
    },

    async apply(object, { dryRun }) {
      const ref = refOf(object);
      return call(ref, {
        method: 'PATCH',
        query: { ...writeQuery(dryRun), force: 'true' },
        // JSON is YAML; this content type is what makes it a server-side apply.
        body: { contentType: 'application/apply-patch+yaml', content: object },
        doing: `${dryRun ? 'checking' : 'applying'} ${named(ref)}`,
        repeatable: true,
      });
    },

    patch(ref, patch) {
      const isMerge = isObject(patch);
      return call(ref, {
        method: 'PATCH',
        query: writeQuery(false),
        body: { contentType: `application/${isMerge ? 'merge-patch' : 'json-patch'}+json`, content: patch },
        doing: `changing ${named(ref)}`,
        repeatable: isMerge,
      });
    },

    async delete(ref, { uid, propagation }) {
      // Without propagationPolicy, the raw API leaves the pods of a batch/v1 Job behind.
      const options = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: propagation,
        ...(uid !== undefined && { preconditions: { uid } }),
      };
      const answer = await call(ref, {
        method: 'DELETE',
        body: { contentType: 'application/json', content: options },
        doing: `deleting ${named(ref)}`,
        repeatable: true,
      });
      if (answer.ok) return { ok: true, value: 'deleted' };
      return answer.error.kind === 'not-found' ? { ok: true, value: 'absent' } : answer;
    },

    async untilGone(ref, uid) {
      const { name, ...collection } = ref;
      const path = await resources.path(collection);
      return path.ok ? untilGone(api, path.value, name, uid, named(ref)) : path;
    },
  };
}

function writeQuery(dryRun: boolean): Record<string, string | undefined> {
  return { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', dryRun: dryRun ? 'All' : undefined };
}

/** A JSON object without a kind may come from anything that speaks JSON; it is no proof of anything. */
function ofKubernetes(answer: Result<JsonObject>, doing: string): Result<JsonObject> {
  if (!answer.ok || stringAt(answer.value, 'kind') !== undefined) return answer;
  return { ok: false, error: apiError('not-kubernetes', `${doing}: the answer has no kind`, { httpStatus: 200 }) };
}

function refOf(object: JsonObject): ObjectRef {
  return {
    apiVersion: stringAt(object, 'apiVersion') ?? '',
    kind: stringAt(object, 'kind') ?? '',
    namespace: stringAt(object, 'metadata', 'namespace') ?? '',
    name: stringAt(object, 'metadata', 'name') ?? '',
  };
}

function named(ref: ObjectRef): string {
  return `${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
}
