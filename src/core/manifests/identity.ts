import { type JsonObject, at, isObject, stringAt } from '../model/json.ts';
import { isDnsSubdomain } from '../options/kubernetes-names.ts';
import type { InputProblem } from '../options/options.ts';
import { type ManifestDocument, placeOf } from './document.ts';

/** A document that is an object of the API in the run's namespace, as far as can be told without the server. */
export type Identified = { document: ManifestDocument; object: JsonObject; kind: string; name: string };

/**
 * Kinds without a namespace. The gate works in one namespace and its rights end there, so these belong into an earlier
 * step (https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace).
 */
const CLUSTER_WIDE = new Set([
  'APIService',
  'CertificateSigningRequest',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CSINode',
  'CustomResourceDefinition',
  'FlowSchema',
  'GatewayClass',
  'IngressClass',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'PriorityLevelConfiguration',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

/** Checks what every document needs and sets the run's namespace where the manifest names none. */
export function identify(
  documents: readonly ManifestDocument[],
  namespace: string,
): { objects: readonly Identified[]; problems: readonly InputProblem[] } {
  const objects: Identified[] = [];
  const problems: InputProblem[] = [];
  const places = new Map<string, string>();
  for (const document of documents) {
    const found = identifyOne(document, namespace, problems);
    if (found === undefined) continue;
    const key = `${stringAt(found.object, 'apiVersion') ?? ''} ${found.kind} ${found.name}`;
    const earlier = places.get(key);
    if (earlier === undefined) objects.push(found);
    else problems.push(problem(document, `${found.kind} ${found.name}`, `each object once; it is also in ${earlier}`));
    places.set(key, placeOf(document));
  }
  return { objects, problems };
}

function identifyOne(document: ManifestDocument, namespace: string, problems: InputProblem[]): Identified | undefined {
  const { json } = document;
  const before = problems.length;
  const add = (found: string | undefined, expected: string): void => {
    problems.push(problem(document, found, expected));
  };
  if (!isObject(json)) {
    add(undefined, 'a Kubernetes object with apiVersion, kind and metadata.name');
    return undefined;
  }
  const apiVersion = stringAt(json, 'apiVersion');
  const kind = stringAt(json, 'kind');
  const name = stringAt(json, 'metadata', 'name');
  if (apiVersion === undefined || apiVersion === '') add(undefined, 'apiVersion');
  if (kind === undefined || kind === '') add(undefined, 'kind');
  if (apiVersion?.startsWith('kustomize.config.k8s.io/') === true) {
    add('a Kustomization', 'rendered manifests; run `kubectl kustomize` in an earlier step');
  } else if (kind !== undefined && CLUSTER_WIDE.has(kind)) {
    add(kind, 'objects within the namespace; deliver cluster-wide ones in an earlier step');
  } else if (at(json, 'metadata', 'generateName') !== undefined) {
    add(
      `${kind ?? 'object'} with metadata.generateName`,
      'a fixed metadata.name, so that a repeated run finds what it made',
    );
  } else if (name === undefined || name === '') {
    add(kind, 'metadata.name');
  } else if (kind !== undefined && !isDnsSubdomain(name.replaceAll(':', '-'))) {
    add(name, 'metadata.name of lower-case letters, digits, "-" and "."');
  }
  const named = at(json, 'metadata', 'namespace');
  if (named !== undefined && named !== namespace) {
    add(`namespace ${JSON.stringify(named)}`, `namespace ${namespace}, which this run uses, or none`);
  }
  if (problems.length > before || kind === undefined || name === undefined) return undefined;
  const metadata = json['metadata'];
  const object = { ...json, metadata: { ...(isObject(metadata) ? metadata : {}), namespace } };
  return { document, object, kind, name };
}

export function problem(document: ManifestDocument, found: string | undefined, expected: string): InputProblem {
  return { input: placeOf(document), found, expected };
}
