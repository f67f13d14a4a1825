import { FACT, versus } from '../causes/wording.ts';
import type { Container, Deployment, Pod } from '../model/seen.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../causes/finding.ts';
import { isMutable, splitImage } from '../plan/images.ts';
import { type Asked, isInjected } from './admission.ts';
import { digestsIn } from './pod-facts.ts';
import { containerEvidence } from './rules/rule.ts';

/**
 * Each container that does not run one known image, in words; init containers and sidecars too. What admission added to
 * `asked` is not the SUT's: the report names it beside (`core/judge/admission.ts`).
 */
export function imagesNotFixed(
  deployment: Deployment | undefined,
  pods: readonly Pod[],
  asked: Asked | undefined,
): readonly Finding[] {
  const found = pods.flatMap((pod) =>
    pod.containers.filter((container) => !isInjected(asked, container)).map((container) => ({ pod, container })),
  );
  const names = [...new Set(found.map(({ container }) => container.name))];
  return names.flatMap((name) => {
    const all = found.filter(({ container }) => container.name === name);
    const [first] = all;
    if (first === undefined) return [];
    const evidence = problemOf(all, deployment?.images[name]);
    return evidence === undefined ? [] : [{ cause: 'SutImagesNotFixed', evidence } as const];
  });
}

type InPod = { pod: Pod; container: Container };

function problemOf(all: readonly InPod[], template: string | undefined): Evidence | undefined {
  for (const { pod, container } of all) {
    if (template !== undefined && !isOfTemplate(container.image, template)) {
      const details = versus(template, container.image);
      return containerEvidence(pod, container, { reason: 'NotOfTemplate', details });
    }
    if (isMutable(container.image)) return containerEvidence(pod, container, { reason: 'Mutable' });
  }
  return differing(all);
}

/** Webhooks may put in a mirror, or the digest of the tag; with the same tag or digest it is the same image. */
function isOfTemplate(image: string, template: string): boolean {
  const wanted = splitImage(template);
  const found = splitImage(image);
  if (wanted.digest !== undefined) return found.digest === wanted.digest;
  return found.digest !== undefined || (found.tag ?? 'latest') === (wanted.tag ?? 'latest');
}

/** Nodes of several architectures may report several digests of one fixed reference; of a tag nobody can tell. */
function differing(all: readonly InPod[]): Evidence | undefined {
  const [first, ...rest] = all.filter(({ container }) => splitImage(container.image).digest === undefined);
  if (first === undefined) return undefined;
  const known = digestsIn(first.container.imageID);
  if (known.length === 0) return undefined;
  const other = rest.find(({ container }) => {
    const digests = digestsIn(container.imageID);
    return digests.length > 0 && !digests.some((digest) => known.includes(digest));
  });
  if (other === undefined) return undefined;
  const runs = ({ pod, container }: InPod): string => `${pod.meta.name} runs ${container.imageID}`;
  return containerEvidence(first.pod, first.container, {
    reason: 'PodsDiffer',
    details: [{ label: FACT.found, value: `${runs(first)}, ${runs(other)}` }],
  });
}
