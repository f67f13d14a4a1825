import { RESULTS_SOURCES } from '../model/results.ts';
import { zeroIsNoProof } from '../results/exit-code-meaning.ts';
import { parseAttachments } from './attachments.ts';
import { parseExitCodes } from './exit-codes.ts';
import { collectGiven } from './given.ts';
import { parseGraces } from './graces.ts';
import { isDnsLabel, isDnsSubdomain, isEnvName, isImageReference } from './kubernetes-names.ts';
import { type FrontEnd, type OptionName, spelling } from './option-spec.ts';
import {
  type InputProblem,
  KEEP,
  MODES,
  MUTABLE_IMAGES,
  ON_FAILURE,
  type Options,
  PIN_IMAGES,
  REACH,
  RUNNER_NAMES,
  type RawInputs,
  SCHEMES,
  type TestcarSource,
  UNCHANGED,
} from './options.ts';
import { REMOVED_OPTIONS, type RemovedOption } from './removed.ts';
import { ValueReader } from './value-reader.ts';

export type ParsedOptions = { ok: true; options: Options } | { ok: false; problems: readonly InputProblem[] };

const LABEL = 'lower-case letters, digits and "-", starting and ending with a letter or digit, at most 63 characters';
const SUBDOMAIN = 'lower-case letters, digits, "-" and ".", starting and ending with a letter or digit';
const IMAGE = 'an image reference such as registry.example/team/app:1.2';

/** Raw inputs to options, or every problem at once. An empty text counts as not given. */
export function parseOptions(
  raw: RawInputs,
  frontEnd: FrontEnd,
  removed: Readonly<Record<string, RemovedOption>> = REMOVED_OPTIONS,
): ParsedOptions {
  const problems: InputProblem[] = [];
  const read = new ValueReader(collectGiven(raw, frontEnd, removed, problems), frontEnd, problems);
  const name = (option: OptionName): string => spelling(option, frontEnd);
  const options: Options = {
    kubeconfig: read.text('kubeconfig'),
    context: read.text('context'),
    namespace: read.checked('namespace', isDnsLabel, LABEL),
    mode: read.choice('mode', MODES),
    manifests: read.list('manifests'),
    deployment: read.checked('deployment', isDnsSubdomain, SUBDOMAIN),
    expectImage: read.checked('expectImage', isImageReference, IMAGE),
    previewReplicas: read.integer('previewReplicas') ?? 1,
    onFailure: read.choice('onFailure', ON_FAILURE),
    promote: read.boolean('promote'),
    pinImages: read.choice('pinImages', PIN_IMAGES),
    mutableImages: read.choice('mutableImages', MUTABLE_IMAGES),
    unchanged: read.choice('unchanged', UNCHANGED),
    readyTimeoutMs: read.durationMs('readyTimeout'),
    sutPort: read.integer('sutPort'),
    sutScheme: read.choice('sutScheme', SCHEMES),
    reach: read.choice('reach', REACH),
    reachPath: read.checked('reachPath', isUrlPath, 'a path that starts with "/" and has no spaces') ?? '/',
    reachTimeoutMs: read.durationMs('reachTimeout'),
    testcar: testcarSource(read, name),
    testcarContainer: read.checked('testcarContainer', isDnsLabel, LABEL),
    serviceAccount: read.checked('serviceAccount', isDnsSubdomain, SUBDOMAIN),
    testTimeoutMs: read.durationMs('testTimeout'),
    minTests: read.integer('minTests') ?? 1,
    results: read.choice('results', RESULTS_SOURCES),
    runner: read.choice('runner', RUNNER_NAMES),
    exitCodes: parseExitCodes(read.list('exitCodes'), (found, expected) => {
      read.problem('exitCodes', found, expected);
    }),
    shards: read.integer('shards') ?? 1,
    resultsDir: folder(read.checked('resultsDir', isContainerFolder, 'an absolute folder such as /testcar/results')),
    courierImage: read.checked('courierImage', isImageReference, IMAGE),
    attachments: parseAttachments(read.list('attachments'), (found, expected) => {
      read.problem('attachments', found, expected);
    }),
    attachmentsMaxBytes: read.integer('attachmentsMaxBytes') ?? 0,
    control: read.boolean('control'),
    gracesMs: parseGraces(read.list('graces'), (found, expected) => {
      read.problem('graces', found, expected);
    }),
    reportDir: read.text('reportDir') ?? '',
    keep: read.choice('keep', KEEP),
    pipelineRun: identity(read, 'pipelineRun'),
    attempt: identity(read, 'attempt'),
  };
  checkMode(options, read, name);
  checkResults(options, read, name);
  return problems.length === 0 ? { ok: true, options } : { ok: false, problems };
}

function checkMode(
  { mode, control, expectImage, unchanged }: Options,
  read: ValueReader,
  name: (option: OptionName) => string,
): void {
  if (control && mode !== 'preview') {
    const why = `${name('mode')} is ${mode}, where no stable revision is left beside the one under test`;
    read.problem('control', 'true', `false: ${why}`);
  }
  if (unchanged === 'refuse' && mode !== 'in-place') {
    const instead =
      mode === 'observe' ? `${name('expectImage')} says what must have arrived` : 'the copy is always new';
    read.problem('unchanged', 'refuse', `allow: ${name('mode')} is ${mode}, where ${instead}`);
  }
  if (mode === 'observe') {
    if (!read.isGiven('deployment')) read.problem('deployment', undefined, `a name: ${name('mode')} is observe`);
    if (read.isGiven('manifests')) {
      read.problem('manifests', 'a value', `nothing: ${name('mode')} is observe, which deploys nothing`);
    }
    return;
  }
  if (!read.isGiven('manifests')) read.problem('manifests', undefined, `files or folders: ${name('mode')} is ${mode}`);
  if (read.isGiven('expectImage') && expectImage?.includes('@sha256:') !== true) {
    read.problem(
      'expectImage',
      read.text('expectImage'),
      `an image with digest (…@sha256:…): ${name('mode')} is ${mode}, and the manifests name the tag`,
    );
  }
}

/** Nothing may be asked for that an exit code alone cannot say. */
function checkResults(
  { results, runner, minTests, control, attachments }: Options,
  read: ValueReader,
  name: (option: OptionName) => string,
): void {
  if (attachments.length > 0 && results !== 'courier')
    read.problem(
      'attachments',
      attachments[0],
      `nothing: ${name('results')} is ${results}, and only the courier can send files`,
    );
  if (results !== 'exit-code') return;
  const why = `${name('results')} is exit-code, which counts no test`;
  if (minTests > 1) read.problem('minTests', `${minTests}`, `1: ${why}`);
  if (control) read.problem('control', 'true', `false: ${why}, so that none can be compared`);
  const noProof = zeroIsNoProof(runner);
  if (noProof !== undefined)
    read.problem('results', 'exit-code', `courier or log: exit code 0 of ${runner} ${noProof}`);
}

function testcarSource(read: ValueReader, name: (option: OptionName) => string): TestcarSource {
  const path = read.text('testcarManifest');
  const image = read.checked('testcarImage', isImageReference, IMAGE);
  const either = `either ${name('testcarManifest')} or ${name('testcarImage')}`;
  const hasManifest = read.isGiven('testcarManifest');
  if (hasManifest && read.isGiven('testcarImage')) read.problem('testcarImage', image, `${either}, not both`);
  if (!hasManifest && !read.isGiven('testcarImage')) read.problem('testcarManifest', undefined, either);
  if (hasManifest) {
    for (const option of ['testcarCommand', 'testcarEnv'] as const) {
      if (read.isGiven(option))
        read.problem(option, 'a value', `nothing: the Job of ${name('testcarManifest')} says it`);
    }
  }
  const command = read.list('testcarCommand');
  const env = testcarEnv(read);
  return path === undefined ? { kind: 'image', image: image ?? '', command, env } : { kind: 'manifest', path };
}

/** Values may be secrets that a pipeline put there: problems show the name of the variable or the place in the list. */
function testcarEnv(read: ValueReader): readonly { name: string; value: string }[] {
  const env = new Map<string, string>();
  for (const [index, item] of read.list('testcarEnv').entries()) {
    const equals = item.indexOf('=');
    const name = item.slice(0, Math.max(0, equals));
    if (!isEnvName(name)) {
      read.problem('testcarEnv', `item ${index + 1}`, 'NAME=VALUE, the name of letters, digits, "_", "-" and "."');
    } else if (env.has(name)) {
      read.problem('testcarEnv', `${name} twice`, 'each variable once');
    }
    env.set(name, item.slice(equals + 1));
  }
  return [...env].map(([name, value]) => ({ name, value }));
}

/** Both go into an annotation and into names by way of a hash; the bound only keeps out what cannot be meant. */
function identity(read: ValueReader, option: 'pipelineRun' | 'attempt'): string {
  const text = read.checked(option, (value) => value.length <= 512, 'at most 512 characters');
  if (text === undefined && !read.isGiven(option))
    read.problem(option, undefined, 'what tells this run from any other');
  return text ?? '';
}

function isUrlPath(text: string): boolean {
  return /^\/\S*$/.test(text);
}

/** Kubernetes refuses a mount path with ":" (core/v1 VolumeMount.mountPath). */
function isContainerFolder(text: string): boolean {
  return /^(?:\/[^/:\s]+)+\/?$/.test(text) && !text.split('/').some((part) => part === '.' || part === '..');
}

function folder(text: string | undefined): string {
  return (text ?? '').replace(/\/$/, '');
}
