const MANIFEST = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Gives an image of the test registry another tag, as `docker push` of a re-tagged image does; returns the new reference. */
export async function retag(reference: string, tag: string): Promise<string> {
  const match = /^([^/]+)\/([^:]+):(.+)$/.exec(reference);
  if (match === null) throw new Error(`${reference} is not registry/name:tag`);
  const [, registry = '', name = '', from = ''] = match;
  const manifests = `http://${registry}/v2/${name}/manifests`;
  const found = await fetch(`${manifests}/${from}`, { headers: { accept: MANIFEST } });
  const type = found.headers.get('content-type') ?? '';
  if (!found.ok) throw new Error(`${reference}: HTTP ${found.status}`);
  const pushed = await fetch(`${manifests}/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': type },
    body: await found.text(),
  });
  if (!pushed.ok) throw new Error(`${registry}/${name}:${tag}: HTTP ${pushed.status}`);
  return `${registry}/${name}:${tag}`;
}
