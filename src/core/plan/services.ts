import { type JsonObject, stringAt } from '../model/json.ts';
import type { PlanInput } from './make-plan.ts';
import { type Labels, MANAGED_BY, MANAGED_BY_LABEL, RUN_LABEL } from './naming.ts';
import { type Selector, selects, serviceSelector, templateLabels } from './selectors.ts';

/** Every selector that must find neither the copy nor testcar: the SUT's own, and each Service's, live or to come. */
export function forbiddenSelectors(
  { manifests, services, namespace }: PlanInput,
  own: Selector,
  runId: string,
): readonly Selector[] {
  const isOurs = (service: JsonObject): boolean =>
    stringAt(service, 'metadata', 'labels', MANAGED_BY_LABEL) === MANAGED_BY &&
    stringAt(service, 'metadata', 'labels', RUN_LABEL) === runId;
  const planned = manifests?.others.filter(({ kind }) => kind === 'Service') ?? [];
  const selectors = [...services.filter((service) => isIn(namespace, service) && !isOurs(service)), ...planned].map(
    serviceSelector,
  );
  return [own, ...selectors.filter((selector) => selector !== undefined)];
}

/**
 * The Services, live or to come, that send to the pods of the SUT. Of two with one name the planned one will stand; in
 * `observe` nothing is changed, so none has to follow.
 */
export function liveServices(
  { options, namespace, manifests, services }: PlanInput,
  sut: JsonObject,
): readonly string[] {
  if (options.mode === 'observe') return [];
  const planned = manifests?.others.filter(({ kind }) => kind === 'Service') ?? [];
  const labels = templateLabels(sut);
  const here = [...services, ...planned].filter((service) => isIn(namespace, service));
  const byName = new Map(here.map((each) => [stringAt(each, 'metadata', 'name') ?? '', each]));
  return [...byName.entries()].filter(([, service]) => isServed(service, labels)).map(([name]) => name);
}

/** Services of runs come and go with them. Of ExternalName the controller makes no endpoints, selector or not (kubernetes/pkg/controller/endpointslice). */
function isServed(service: JsonObject, labels: Labels): boolean {
  const selector = serviceSelector(service);
  const isOfAGate = stringAt(service, 'metadata', 'labels', MANAGED_BY_LABEL) === MANAGED_BY;
  if (selector === undefined || isOfAGate || stringAt(service, 'spec', 'type') === 'ExternalName') return false;
  return selects(selector, labels);
}

function isIn(namespace: string, service: JsonObject): boolean {
  return (stringAt(service, 'metadata', 'namespace') ?? namespace) === namespace;
}
