import { FACT, versus } from '../causes/wording.ts';
import type { Finding } from '../causes/finding.ts';
import { type JsonObject, listAt, numberAt, objectAt, stringAt } from '../model/json.ts';
import type { Options } from '../options/options.ts';
import { type Selector, selects, serviceSelector, templateLabels } from '../plan/selectors.ts';
import { isMutable } from '../plan/images.ts';

export type ManifestGuardInput = {
  options: Pick<Options, 'mutableImages'>;
  namespace: string;
  /** The Deployment that will be tested: of the manifests, or in `observe` the live one. */
  sut: JsonObject;
  /** What else is in the manifests. */
  others: readonly JsonObject[];
  /** Every Service of the namespace, as it is. */
  liveServices: readonly JsonObject[];
};

/** What the manifests alone show to be wrong, before anything is deployed: all of it at once. */
export function judgeManifests(input: ManifestGuardInput): readonly Finding[] {
  return [...mutableImages(input), ...servicesOf(input).flatMap((service) => serviceProblems(service, input))];
}

function mutableImages({ options, sut }: ManifestGuardInput): readonly Finding[] {
  if (options.mutableImages === 'allow') return [];
  const object = deploymentOf(sut);
  return containersOf(sut)
    .map((container) => ({ name: stringAt(container, 'name') ?? '', image: stringAt(container, 'image') ?? '' }))
    .filter(({ image }) => isMutable(image))
    .map(({ name, image }) => ({ cause: 'SutImageMutable', evidence: { object, container: name, image } }));
}

/** The Services of the manifests, and the live one of the Deployment's name where they do not bring it. */
function servicesOf({ sut, others, liveServices, namespace }: ManifestGuardInput): readonly JsonObject[] {
  const planned = others.filter((object) => object['kind'] === 'Service');
  const name = nameOf(sut);
  const live = liveServices.filter(
    (service) => nameOf(service) === name && (stringAt(service, 'metadata', 'namespace') ?? namespace) === namespace,
  );
  return [...planned, ...live.filter((service) => !planned.some((own) => nameOf(own) === nameOf(service)))];
}

function serviceProblems(service: JsonObject, input: ManifestGuardInput): readonly Finding[] {
  const selector = serviceSelector(service);
  if (selector === undefined || stringAt(service, 'spec', 'type') === 'ExternalName') return [];
  if (!selects(selector, templateLabels(input.sut))) return selectsNothing(service, selector, input);
  return listAt(service, 'spec', 'ports')
    .map((port) => stringAt(port, 'targetPort'))
    .filter((target) => target !== undefined)
    .filter((target) => !portNames(input.sut).includes(target))
    .map((target) => ({
      cause: 'SutServicePortMissing',
      evidence: {
        object: `service/${nameOf(service)}`,
        details: versus(target, portsInWords(input.sut)),
      },
    }));
}

/**
 * A Service of the manifests may be for other pods: of another workload in the files, or somewhere else. It is meant for
 * this Deployment when it has its name, or when some of its labels fit, or when it is the only one and nothing fits.
 */
function selectsNothing(service: JsonObject, selector: Selector, input: ManifestGuardInput): readonly Finding[] {
  const { sut, others } = input;
  const labels = templateLabels(sut);
  if (others.some((workload) => selects(selector, templateLabels(workload)))) return [];
  const wanted = Object.entries(selector.matchLabels);
  const partly = wanted.some(([key, value]) => labels[key] === value);
  const alone = others.filter((object) => object['kind'] === 'Service').length === 1;
  if (nameOf(service) !== nameOf(sut) && !partly && !alone) return [];
  const details = wanted
    .filter(([key, value]) => labels[key] !== value)
    .map(([key, value]) => {
      const found = labels[key];
      return {
        label: FACT.found,
        value: `${key}=${value}, the pods have ${found === undefined ? `no label ${key}` : `${key}=${found}`}`,
      };
    });
  const target = { label: FACT.expected, value: deploymentOf(sut) };
  return [
    {
      cause: 'SutServiceSelectsNothing',
      evidence: { object: `service/${nameOf(service)}`, details: [target, ...details] },
    },
  ];
}

function containersOf(sut: JsonObject): ReturnType<typeof listAt> {
  const podSpec = objectAt(sut, 'spec', 'template', 'spec');
  return [...listAt(podSpec, 'initContainers'), ...listAt(podSpec, 'containers')];
}

/** A port name is looked up in main containers and, since 1.28, in native sidecars. */
function portNames(sut: JsonObject): readonly string[] {
  return containersOf(sut)
    .flatMap((container) => listAt(container, 'ports'))
    .map((port) => stringAt(port, 'name'))
    .filter((name) => name !== undefined);
}

function portsInWords(sut: JsonObject): string {
  const ports = containersOf(sut)
    .flatMap((container) => listAt(container, 'ports'))
    .map((port) => `${stringAt(port, 'name') ?? 'without name'} (${numberAt(port, 'containerPort') ?? '?'})`);
  return ports.join(', ') || 'no port at all';
}

function deploymentOf(sut: JsonObject): string {
  return `deployment/${nameOf(sut)}`;
}

function nameOf(object: JsonObject): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}
