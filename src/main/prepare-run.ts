import { resolve } from 'node:path';
import type { Finding } from '../core/causes/finding.ts';
import { spelling } from '../core/options/option-spec.ts';
import { isOptionName } from '../core/options/table.ts';
import type { InputProblem, Options, RawInputs, TestcarSource } from '../core/options/options.ts';
import { type ParsedOptions, parseOptions } from '../core/options/parse.ts';
import type { GateInput } from '../gate/input.ts';
import { type ClusterOpener, type OpenCluster, openCluster, type Opened } from './cluster.ts';
import type { FrontEndParts, Late } from './front-end.ts';
import { gateVersion } from './version.ts';

/** What reads the outside during configuration; tests hand in their own. */
export type Readers = ClusterOpener & {
  hash(text: string): string;
  /** Against which relative paths are read. */
  cwd: string;
};

/** What a report can say about a run that never began. */
export type About = { mode: string; namespace: string; sut: string; reportDir: string };

export type Prepared =
  { ok: true; input: GateInput; cluster: OpenCluster } | { ok: false; finding: Finding; about: About };

/** What can be looked at although other options are wrong, so that all problems come out in one go. */
type Known = Pick<Options, 'kubeconfig' | 'context' | 'namespace' | 'deployment' | 'manifests'> & {
  mode: string;
  testcar: TestcarSource | undefined;
};

/** Inputs, credentials and manifests; every problem of all three in one finding. */
export async function prepareRun(parts: FrontEndParts, readers: Readers, signal: AbortSignal): Promise<Prepared> {
  const inputs = await parts.readInputs();
  const locate = inputs.locate ?? ((problems: readonly InputProblem[]) => problems);
  const parsed = parseOptions(inputs.raw, parts.kind);
  const known = parsed.ok ? parsed.options : knownFromRaw(inputs.raw);
  const opened = await openCluster(parts, readers, known, signal);
  const namespace = known.namespace ?? (opened.ok ? opened.cluster.namespace : 'default');
  const late = await parts.late();
  const read = await late.readManifests({ ...known, namespace }, readers.cwd);

  const problems = [...inputs.problems, ...(parsed.ok ? [] : locate(parsed.problems)), ...read.problems];
  if (problems.length === 0 && opened.ok && parsed.ok && read.job !== undefined) {
    const options = { ...parsed.options, reportDir: resolve(readers.cwd, parsed.options.reportDir) };
    const inputName = (name: string): string => (isOptionName(name) ? spelling(name, parts.kind) : name);
    const { manifests, job: testcarJob } = read;
    const input: GateInput = {
      options,
      namespace,
      manifests,
      testcarJob,
      hash: readers.hash,
      gateVersion,
      spelling: inputName,
    };
    return { ok: true, input, cluster: opened.cluster };
  }
  if (opened.ok) opened.cluster.close();
  const reportDir = resolve(readers.cwd, reportDirOf(parsed, inputs.raw, parts));
  const about = { mode: known.mode, namespace, sut: known.deployment ?? '', reportDir };
  return { ok: false, finding: findingOf(problems, opened, late), about };
}

function findingOf(problems: readonly InputProblem[], opened: Opened, late: Late): Finding {
  const { findingFromApiError, inputFinding } = late;
  if (opened.ok) return inputFinding(problems);
  switch (opened.why) {
    case 'problems':
      return inputFinding([...problems, ...opened.problems]);
    case 'missing': {
      const { message } = opened;
      if (problems.length === 0) return { cause: 'ClusterConfigMissing', evidence: { object: 'kubeconfig', message } };
      const expected = `a cluster to connect to: ${message}`;
      return inputFinding([...problems, { input: 'cluster', found: undefined, expected }]);
    }
    case 'azure': {
      if (problems.length > 0) return inputFinding(problems);
      return findingFromApiError(opened.error, 'getting the credentials of the cluster from Azure', 'start');
    }
  }
}

/** The folder that was asked for, unless that itself is what is wrong. */
function reportDirOf(parsed: ParsedOptions, raw: RawInputs, parts: FrontEndParts): string {
  if (parsed.ok) return parsed.options.reportDir;
  const wrong = parsed.problems.some(({ input }) => input === spelling('reportDir', parts.kind));
  return (wrong ? undefined : itemsOf(raw['reportDir'])[0]) ?? parts.defaultReportDir;
}

function knownFromRaw(raw: RawInputs): Known {
  const text = (name: string): string | undefined => itemsOf(raw[name])[0];
  const path = text('testcarManifest');
  const mode = text('mode') ?? '';
  return {
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    namespace: text('namespace'),
    deployment: text('deployment'),
    mode,
    manifests: mode === 'observe' ? [] : itemsOf(raw['manifests']),
    testcar: path === undefined ? undefined : { kind: 'manifest', path },
  };
}

function itemsOf(value: RawInputs[string]): readonly string[] {
  const items = typeof value === 'string' ? value.split(/\r\n|\r|\n/) : (value ?? []);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}
