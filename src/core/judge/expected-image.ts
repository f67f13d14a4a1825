import type { Container, Deployment, Pod } from '../model/seen.ts';
import { splitImage } from '../plan/images.ts';
import { digestsIn } from './pod-facts.ts';

/** Does a container carry what `expectImage` names: a digest, a full reference, or a tag (`1.2.3` or `:1.2.3`)? */
export function carriesImage(container: Pick<Container, 'image' | 'imageID'>, expected: string): boolean {
  const [digest] = digestsIn(expected);
  if (digest !== undefined) return digestsIn(`${container.image} ${container.imageID}`).includes(digest);
  if (canonical(container.image) === canonical(expected)) return true;
  const tag = expected.startsWith(':') ? expected.slice(1) : expected;
  return splitImage(container.image).tag === tag;
}

/** Every pod has a main container that carries it. */
export function podsCarryImage(pods: readonly Pod[], expected: string): boolean {
  return (
    pods.length > 0 &&
    pods.every(({ containers }) => containers.some((one) => one.kind === 'main' && carriesImage(one, expected)))
  );
}

/**
 * A completely rolled out revision carries it. A registry mirror rewrites the image of the pods, and the template of their
 * Deployment still names what was delivered; but a digest is the mirror's too, so it must be found in the pods.
 */
export function revisionCarriesImage(
  deployment: Deployment | undefined,
  pods: readonly Pod[],
  expected: string,
): boolean {
  if (podsCarryImage(pods, expected)) return true;
  if (deployment === undefined || digestsIn(expected).length > 0) return false;
  return templateCarriesImage(deployment, expected);
}

/** The template as written; a digest cannot be found there when it names a tag. */
export function templateCarriesImage(deployment: Deployment, expected: string): boolean {
  return Object.values(deployment.images).some((image) => carriesImage({ image, imageID: '' }, expected));
}

/** `nginx` and `docker.io/library/nginx:latest` are the same image (distribution/reference). */
function canonical(reference: string): string {
  const name = splitImage(reference).tag === undefined ? `${reference}:latest` : reference;
  const [host, ...rest] = name.split('/');
  if (host === undefined || rest.length === 0) return `docker.io/library/${name}`;
  const isHost = host.includes('.') || host.includes(':') || host === 'localhost';
  return isHost ? name : `docker.io/${name}`;
}
