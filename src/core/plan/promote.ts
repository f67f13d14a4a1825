import { type Json, type JsonObject, isObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { Revision } from '../model/revision.ts';
import { pinnedImage } from './images.ts';
import type { Plan } from './plan.ts';

/**
 * The real manifests in the order of applying, with the images of the Deployment pinned to the digests that were tested
 * (option pinImages). Where no digest can be told the reference stays; the roll-out is compared with the tested digests
 * in any case.
 */
export function promoted(plan: Plan, revision: Revision): readonly JsonObject[] {
  if (plan.options.pinImages === 'off') return plan.toPromote;
  return plan.toPromote.map((object) => (object['kind'] === 'Deployment' ? pinned(object, revision) : object));
}

function pinned(deployment: JsonObject, revision: Revision): JsonObject {
  const spec = objectAt(deployment, 'spec');
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const byImage = pinsByImage(podSpec, revision);
  const pin = (container: Json): Json => {
    const name = stringAt(container, 'name') ?? '';
    const image = stringAt(container, 'image');
    if (!isObject(container) || image === undefined) return container;
    const imageID = revision.imageIDs[name];
    const own = imageID === undefined ? undefined : pinnedImage(image, imageID);
    return { ...container, image: own ?? byImage.get(image) ?? image };
  };
  const pinnedSpec = {
    ...podSpec,
    containers: listAt(podSpec, 'containers').map(pin),
    ...(podSpec['initContainers'] === undefined ? {} : { initContainers: listAt(podSpec, 'initContainers').map(pin) }),
  };
  return { ...deployment, spec: { ...spec, template: { ...template, spec: pinnedSpec } } };
}

/** Init containers are not part of the revision's digests, but many run the image of a main container. */
function pinsByImage(podSpec: JsonObject, revision: Revision): ReadonlyMap<string, string> {
  const pins = new Map<string, string>();
  for (const container of listAt(podSpec, 'containers')) {
    const image = stringAt(container, 'image');
    const imageID = revision.imageIDs[stringAt(container, 'name') ?? ''];
    const reference = image === undefined || imageID === undefined ? undefined : pinnedImage(image, imageID);
    if (image !== undefined && reference !== undefined) pins.set(image, reference);
  }
  return pins;
}
