import { type Json, type JsonObject, isObject, listAt, stringAt } from '../model/json.ts';

export const REFERENCED_KINDS = ['ConfigMap', 'Secret'] as const;
export type ReferencedKind = (typeof REFERENCED_KINDS)[number];

/** The new name of a ConfigMap or Secret; the same name where it stays as it is. */
export type Rename = (kind: ReferencedKind, name: string) => string;

/** The pod spec with every reference to a ConfigMap or Secret renamed (core/v1 PodSpec). */
export function renameReferences(podSpec: JsonObject, rename: Rename): JsonObject {
  return changed(podSpec, {
    containers: each((container) => renameInContainer(container, rename)),
    initContainers: each((container) => renameInContainer(container, rename)),
    volumes: each((volume) => renameInVolume(volume, rename)),
    imagePullSecrets: each((reference) => renameField(reference, 'name', 'Secret', rename)),
  });
}

/** Names that the pod spec refers to, as `Kind/name`. */
export function referencesOf(podSpec: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  renameReferences(podSpec, (kind, name) => {
    found.add(`${kind}/${name}`);
    return name;
  });
  return found;
}

function renameInContainer(container: JsonObject, rename: Rename): JsonObject {
  const byKind = (suffix: string): Changes => ({
    [`configMap${suffix}`]: (json) => renameField(json, 'name', 'ConfigMap', rename),
    [`secret${suffix}`]: (json) => renameField(json, 'name', 'Secret', rename),
  });
  return changed(container, {
    envFrom: each((source) => changed(source, byKind('Ref'))),
    env: each((variable) => changed(variable, { valueFrom: (source) => changed(source, byKind('KeyRef')) })),
  });
}

function renameInVolume(volume: JsonObject, rename: Rename): JsonObject {
  const configMap: Change = (json) => renameField(json, 'name', 'ConfigMap', rename);
  return changed(volume, {
    configMap,
    secret: (json) => renameField(json, 'secretName', 'Secret', rename),
    projected: (json) =>
      changed(json, {
        sources: each((source) =>
          changed(source, { configMap, secret: (inner) => renameField(inner, 'name', 'Secret', rename) }),
        ),
      }),
    csi: (json) => changed(json, { nodePublishSecretRef: (inner) => renameField(inner, 'name', 'Secret', rename) }),
  });
}

type Change = (json: Json) => Json;
type Changes = Readonly<Record<string, Change>>;

/** `json` with the named fields changed, where they are there. */
function changed(json: JsonObject, changes: Changes): JsonObject;
function changed(json: Json, changes: Changes): Json;
function changed(json: Json, changes: Changes): Json {
  if (!isObject(json)) return json;
  const result: Record<string, Json | undefined> = { ...json };
  for (const [key, change] of Object.entries(changes)) {
    const value = json[key];
    if (value !== undefined) result[key] = change(value);
  }
  return result;
}

function each(change: (item: JsonObject) => Json): Change {
  return (json) => (Array.isArray(json) ? listAt(json).map((item) => (isObject(item) ? change(item) : item)) : json);
}

function renameField(json: Json, field: string, kind: ReferencedKind, rename: Rename): Json {
  const name = stringAt(json, field);
  return isObject(json) && name !== undefined ? { ...json, [field]: rename(kind, name) } : json;
}
