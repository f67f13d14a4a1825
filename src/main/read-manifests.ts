import { readManifestFiles } from '../adapters/files/manifest-reader.ts';
import type { JsonObject } from '../core/model/json.ts';
import { toSutManifests } from '../core/manifests/sut.ts';
import { toTestcarJob } from '../core/manifests/testcar-job.ts';
import type { InputProblem, Options, TestcarSource } from '../core/options/options.ts';
import type { SutManifests } from '../core/plan/plan.ts';

/** What of the options tells which files to read; `testcar` is undefined while that option is wrong. */
export type Wanted = Pick<Options, 'manifests' | 'deployment'> & {
  namespace: string;
  testcar: TestcarSource | undefined;
};

export type ManifestsRead = {
  /** undefined where none are asked for, or they have problems. */
  manifests: SutManifests | undefined;
  job: JsonObject | undefined;
  problems: readonly InputProblem[];
};

/** The SUT's manifests and testcar's Job, with the problems of both. */
export async function readManifests(wanted: Wanted, cwd: string): Promise<ManifestsRead> {
  const { manifests: paths, testcar, namespace, deployment } = wanted;
  const problems: InputProblem[] = [];
  let manifests: SutManifests | undefined;
  let job: JsonObject | undefined;
  if (paths.length > 0) {
    const documents = await readManifestFiles(paths, cwd);
    const read = documents.ok ? toSutManifests(documents.documents, { namespace, deployment }) : documents;
    if (read.ok) manifests = read.manifests;
    else problems.push(...read.problems);
  }
  if (testcar !== undefined) {
    const documents = testcar.kind === 'manifest' ? await readManifestFiles([testcar.path], cwd) : NONE;
    const read = documents.ok ? toTestcarJob({ testcar }, namespace, documents.documents) : documents;
    if (read.ok) job = read.job;
    else problems.push(...read.problems);
  }
  return { manifests, job, problems };
}

const NONE = { ok: true, documents: [] } as const;
