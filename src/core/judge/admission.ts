import { type JsonObject, listAt, stringAt } from '../model/json.ts';
import type { Container, Observation, Pod } from '../model/seen.ts';
import type { Plan } from '../plan/plan.ts';
import { isMutable } from '../plan/images.ts';
import { type OtherProgram, otherProgram, otherProgramInWords, programsOf } from './other-program.ts';
import { newReplicaSet } from './revision.ts';
import { podsOf } from './pod-facts.ts';
import type { Party } from './rules/rule.ts';

/** The containers that a manifest asks for: name → image. `init` is undefined where only the main ones are known. */
export type Asked = { main: ReadonlyMap<string, string>; init: ReadonlyMap<string, string> | undefined };

/** What admission made of a pod. */
export type AdmissionChange = OtherImage | OtherProgram;

/** A container that nobody asked for, or another image for one that was asked for. */
export type OtherImage = {
  party: Party;
  container: string;
  image: string;
  /** What the manifest says; undefined for a container that it does not have. */
  asked: string | undefined;
};

/**
 * What the party's pods should consist of. A Deployment that the gate did not write itself is known by what the cluster
 * shows of it, which are its main containers. undefined = not known, so nothing can be said.
 */
export function askedFor(party: Party, plan: Plan, seen: Pick<Observation, 'deployment'>): Asked | undefined {
  const own =
    party === 'testcar'
      ? plan.job
      : plan.toDeploy.find(
          (object) =>
            object['kind'] === 'Deployment' && stringAt(object, 'metadata', 'name') === plan.watchedDeployment,
        );
  const asked =
    own === undefined
      ? { main: new Map(Object.entries(seen.deployment?.images ?? {})), init: undefined }
      : { main: imagesAt(own, 'containers'), init: imagesAt(own, 'initContainers') };
  return asked.main.size === 0 ? undefined : asked;
}

function imagesAt(workload: JsonObject, list: 'containers' | 'initContainers'): ReadonlyMap<string, string> {
  return new Map(
    listAt(workload, 'spec', 'template', 'spec', list).map((container) => [
      stringAt(container, 'name') ?? '',
      stringAt(container, 'image') ?? '',
    ]),
  );
}

/** Is it a container that the manifest does not have? Service meshes, secret agents and log shippers come this way. */
export function isInjected(asked: Asked | undefined, { name, kind }: Pick<Container, 'name' | 'kind'>): boolean {
  if (asked === undefined || asked.main.has(name) || asked.init?.has(name) === true) return false;
  return kind === 'main' || asked.init !== undefined;
}

/** Everything that admission changed about the pods under test and testcar's own, each once. */
export function admissionChanges(
  plan: Plan,
  seen: Observation,
  jobUid: string | undefined,
): readonly AdmissionChange[] {
  const pods: readonly (readonly [Party, readonly Pod[]])[] = [
    ['sut', podsOf(seen.sutPods, newReplicaSet(seen, plan)?.meta.uid)],
    ['testcar', podsOf(seen.testcarPods, jobUid)],
  ];
  const programs = programsOf(plan);
  const found = new Map<string, AdmissionChange>();
  for (const [party, ofParty] of pods) {
    const asked = askedFor(party, plan, seen);
    for (const container of ofParty.flatMap(({ containers }) => containers)) {
      const change = changeOf(party, asked, container);
      const program = party === 'testcar' ? otherProgram(programs.get(container.name), container) : undefined;
      for (const one of [change, program]) if (one !== undefined) found.set(JSON.stringify(one), one);
    }
  }
  return [...found.values()];
}

function changeOf(party: Party, asked: Asked | undefined, container: Container): OtherImage | undefined {
  if (asked === undefined) return undefined;
  const { name, image } = container;
  if (isInjected(asked, container)) return { party, container: name, image, asked: undefined };
  const wanted = asked.main.get(name) ?? asked.init?.get(name);
  return wanted === undefined || wanted === '' || wanted === image
    ? undefined
    : { party, container: name, image, asked: wanted };
}

const PARTY_NAMES: Readonly<Record<Party, string>> = { sut: 'the system under test', testcar: 'testcar' };

/** One line for the log and the report. */
export function changeInWords(change: AdmissionChange): string {
  if ('fields' in change) return otherProgramInWords(change);
  const { party, container, image, asked } = change;
  // Not the SUT's to fix, so no cause; but the next pod may get another one than the tests met.
  const moves = isMutable(image) ? '; its image can be another one at every pull' : '';
  return asked === undefined
    ? `pods of ${PARTY_NAMES[party]} got container ${container} (image ${image}), which is not in the manifest${moves}`
    : `container ${container} of ${PARTY_NAMES[party]} runs image ${image} instead of ${asked}`;
}
