import { type JsonObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { InputProblem, Options } from '../options/options.ts';
import type { ManifestDocument } from './document.ts';
import { placeOf } from './document.ts';
import { identify, problem } from './identity.ts';

export type TestcarJobRead = { ok: true; job: JsonObject } | { ok: false; problems: readonly InputProblem[] };

/** Name of the container in a Job that the gate writes. */
const CONTAINER_NAME = 'testcar';

/** The Job as the user means it: from the documents of `testcarManifest`, or from image, command and variables. */
export function toTestcarJob(
  options: Pick<Options, 'testcar'>,
  namespace: string,
  documents: readonly ManifestDocument[],
): TestcarJobRead {
  const { testcar } = options;
  if (testcar.kind === 'manifest') return jobFromManifest(documents, namespace, testcar.path);
  const { image, command, env } = testcar;
  const container = {
    name: CONTAINER_NAME,
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(env.length === 0 ? {} : { env }),
  };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: CONTAINER_NAME, namespace },
    spec: { template: { spec: { containers: [container] } } },
  };
  return { ok: true, job };
}

function jobFromManifest(documents: readonly ManifestDocument[], namespace: string, path: string): TestcarJobRead {
  const [document, ...others] = documents;
  if (document === undefined) {
    return { ok: false, problems: [{ input: 'testcarManifest', found: `${path}, which is empty`, expected: 'a Job' }] };
  }
  if (others.length > 0) {
    const found = documents.map((each) => `${stringAt(each.json, 'kind') ?? 'document'} (${placeOf(each)})`).join(', ');
    return { ok: false, problems: [{ input: 'testcarManifest', found, expected: 'exactly one document, a Job' }] };
  }
  const { objects, problems: identityProblems } = identify([document], namespace);
  const [identified] = objects;
  if (identified === undefined) return { ok: false, problems: identityProblems };
  const { object, kind } = identified;
  const problems: InputProblem[] = [];
  const apiVersion = stringAt(object, 'apiVersion') ?? '';
  if (kind !== 'Job' || apiVersion !== 'batch/v1') {
    problems.push(problem(document, `${kind} of ${apiVersion}`, 'a Job of batch/v1'));
  } else {
    const podSpec = objectAt(object, 'spec', 'template', 'spec');
    const containers = listAt(podSpec, 'containers');
    if (containers.length === 0) problems.push(problem(document, undefined, 'spec.template.spec.containers'));
    if (containers.some((each) => stringAt(each, 'name') === undefined || stringAt(each, 'image') === undefined)) {
      problems.push(problem(document, undefined, 'name and image on every container'));
    }
  }
  return problems.length === 0 ? { ok: true, job: object } : { ok: false, problems };
}
