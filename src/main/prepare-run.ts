import { createHash } from 'node:crypto';
import type { Connection, ConnectOutcome } from '../adapters/kubernetes/index.ts';
import type { DocumentsRead } from '../core/manifests/document.ts';
import { toSutManifests } from '../core/manifests/sut.ts';
import { toTestcarJob } from '../core/manifests/testcar-job.ts';
import { findingFromApiError } from '../core/judge/api-finding.ts';
import type { Finding } from '../core/model/verdict.ts';
import type { InputProblem, Options, RawInputs, TestcarSource } from '../core/options/options.ts';
import { spelling } from '../core/options/option-spec.ts';
import { type ParsedOptions, parseOptions } from '../core/options/parse.ts';
import { inputFinding } from '../gate/preflight.ts';
import type { GateInput } from '../gate/run.ts';
import type { FrontEndParts } from './front-end.ts';
import { gateVersion } from './version.ts';

/** What reads the outside during configuration; tests hand in their own. */
export type Readers = {
  readManifests(paths: readonly string[]): Promise<DocumentsRead>;
  connect(
    source: Extract<Awaited<ReturnType<FrontEndParts['findCluster']>>, { ok: true }>['source'],
  ): Promise<ConnectOutcome>;
};

/** What a report can say about a run that never began. */
export type About = { mode: string; namespace: string; sut: string; reportDir: string };

export type Prepared =
  { ok: true; input: GateInput; connection: Connection } | { ok: false; finding: Finding; about: About };

/** What can be looked at although other options are wrong, so that all problems come out in one go. */
type Known = Pick<Options, 'kubeconfig' | 'context' | 'namespace' | 'deployment' | 'manifests'> & {
  mode: string;
  testcar: TestcarSource | undefined;
};

/** Inputs, manifests and credentials, read side by side; every problem of all three in one finding. */
export async function prepareRun(parts: FrontEndParts, readers: Readers, signal: AbortSignal): Promise<Prepared> {
  const inputs = await parts.readInputs();
  const locate = inputs.locate ?? ((problems: readonly InputProblem[]) => problems);
  const parsed = parseOptions(inputs.raw, parts.kind);
  const known = parsed.ok ? parsed.options : knownFromRaw(inputs.raw);
  const [sut, job, cluster] = await Promise.all([
    known.manifests.length === 0 ? NOTHING_READ : readers.readManifests(known.manifests),
    known.testcar?.kind === 'manifest' ? readers.readManifests([known.testcar.path]) : NOTHING_READ,
    connect(parts, readers, known, signal),
  ]);
  const namespace = known.namespace ?? (cluster.ok ? cluster.connection.namespace : 'default');
  const manifests = sut.ok ? toSutManifests(sut.documents, { namespace, deployment: known.deployment }) : sut;
  const testcarJob =
    job.ok && known.testcar !== undefined ? toTestcarJob({ testcar: known.testcar }, namespace, job.documents) : job;

  const problems = [...inputs.problems, ...(parsed.ok ? [] : locate(parsed.problems))];
  if (known.manifests.length > 0 && !manifests.ok) problems.push(...manifests.problems);
  if (known.testcar !== undefined && !testcarJob.ok) problems.push(...testcarJob.problems);
  const about = {
    mode: known.mode,
    namespace,
    sut: known.deployment ?? '',
    reportDir: reportDirOf(parsed, inputs.raw, parts),
  };
  if (problems.length > 0) {
    if (!cluster.ok) problems.push(...cluster.problems);
    else cluster.connection.close();
    return { ok: false, finding: inputFinding(problems), about };
  }
  if (!cluster.ok) return { ok: false, finding: cluster.finding, about };
  if (!parsed.ok || !('job' in testcarJob)) throw new Error('options without a problem were not parsed');
  const input: GateInput = {
    options: parsed.options,
    namespace,
    manifests: 'manifests' in manifests ? manifests.manifests : undefined,
    testcarJob: testcarJob.job,
    hash: sha256,
    gateVersion,
  };
  return { ok: true, input, connection: cluster.connection };
}

const NOTHING_READ: DocumentsRead = { ok: true, documents: [] };

type Connected =
  | { ok: true; connection: Connection }
  /** `problems` is the same for the list of all problems; `finding` for when there is no other. */
  | { ok: false; problems: readonly InputProblem[]; finding: Finding };

async function connect(parts: FrontEndParts, readers: Readers, known: Known, signal: AbortSignal): Promise<Connected> {
  const found = await parts.findCluster(known, signal);
  if (!found.ok) {
    if (!('error' in found)) return { ok: false, problems: found.problems, finding: inputFinding(found.problems) };
    const finding = findingFromApiError(found.error, 'getting the credentials of the cluster from Azure', 'start');
    return { ok: false, problems: [], finding };
  }
  for (const secret of found.secrets) parts.host.mask(secret);
  const connected = await readers.connect(found.source);
  if (connected.ok) {
    connected.connection.onSecret((secret) => {
      parts.host.mask(secret);
    });
    return connected;
  }
  const { message } = connected.problem;
  return {
    ok: false,
    problems: [{ input: 'cluster', found: undefined, expected: `a cluster to connect to: ${message}` }],
    finding: { cause: 'ClusterConfigMissing', evidence: { object: 'kubeconfig', message } },
  };
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
  return {
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    namespace: text('namespace'),
    deployment: text('deployment'),
    mode: text('mode') ?? '',
    manifests: text('mode') === 'observe' ? [] : itemsOf(raw['manifests']),
    testcar: path === undefined ? undefined : { kind: 'manifest', path },
  };
}

function itemsOf(value: RawInputs[string]): readonly string[] {
  const items = typeof value === 'string' ? value.split(/\r\n|\r|\n/) : (value ?? []);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
