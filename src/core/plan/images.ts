const DIGEST = /^[a-z0-9+._-]+:[0-9a-f]{32,}$/;

/** Repository, tag and digest of an image reference, as they are written. */
export function splitImage(reference: string): {
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
} {
  const [name = '', digest] = reference.split('@', 2);
  // A colon before the last slash belongs to the port of the registry.
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  return {
    repository: colon === -1 ? name : name.slice(0, colon),
    tag: colon === -1 ? undefined : name.slice(colon + 1),
    digest,
  };
}

/**
 * Can the reference mean another image at every pull by its own wording? Without a tag it means `latest`.
 * https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function isMutable(image: string): boolean {
  const { tag, digest } = splitImage(image);
  return digest === undefined && (tag === undefined || tag === 'latest');
}

/** The repository with what container tools add to short names: `nginx` is `docker.io/library/nginx`. */
export function fullRepository(repository: string): string {
  const [first = '', ...rest] = repository.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (isRegistry) return first === 'index.docker.io' ? ['docker.io', ...rest].join('/') : repository;
  return rest.length === 0 ? `docker.io/library/${repository}` : `docker.io/${repository}`;
}

/**
 * The user's reference with the digest that ran. undefined where `imageID`, as the runtime reports it, names no digest
 * that the user's repository is known to have: a bare `sha256:…` is the id of the image on the node, not of its
 * manifest, and another repository may hold the same image under another digest.
 */
export function pinnedImage(reference: string, imageID: string): string | undefined {
  const { repository, digest } = splitImage(reference);
  if (digest !== undefined) return undefined;
  const tested = splitImage(imageID.replace(/^docker-pullable:\/\//, ''));
  if (tested.digest === undefined || !DIGEST.test(tested.digest)) return undefined;
  if (fullRepository(tested.repository) !== fullRepository(repository)) return undefined;
  return `${repository}@${tested.digest}`;
}
