import type { Evidence } from '../model/evidence.ts';
import { quote, shorten } from './quote.ts';

const NAME_CHARS = 260;
const MESSAGE_CHARS = 300;

/** Labels of `Evidence.details` that causes word specially. Rules write them, causes read them. */
export const FACT = {
  heldFor: 'held for',
  restarts: 'restarts',
  memoryLimit: 'memory limit',
  lastEnd: 'last end',
  waitedFor: 'waited for',
  blocker: 'waiting for',
  doing: 'while',
  httpStatus: 'HTTP status',
  tests: 'tests',
  failed: 'failed',
  firstFailures: 'first failures',
  expected: 'expected',
  found: 'found',
  missing: 'missing',
  nodeState: 'node',
  heartbeat: 'heartbeat of the node',
  nodes: 'nodes that are not ready',
  autoscaler: 'autoscaler',
  askedBy: 'asked for by',
  storageClass: 'storage class',
  results: 'results',
  testsEnded: 'tests ended',
  source: 'comes from',
  control: 'control run',
  stable: 'stable revision',
  failThere: 'fail on the stable revision too',
  failNew: 'fail only on the new revision',
  quota: 'quota',
  quotaNow: 'quota now',
  requested: 'requested',
  used: 'used',
  limited: 'limited',
  mustSpecify: 'must specify',
  refusedBy: 'refused by',
  podSecurity: 'Pod Security level',
  serviceAccount: 'service account',
  probe: 'probe',
  hint: 'hint',
  guardrail: 'guardrail',
  meaning: 'exit code means',
  resultsFrom: 'results from',
  alsoIn: 'failed tests also in',
} as const;

/** What was wanted and what there is, as the two facts of an evidence. */
export function versus(expected: string, found: string): readonly { label: string; value: string }[] {
  return [
    { label: FACT.expected, value: expected },
    { label: FACT.found, value: found },
  ];
}

export function fact(evidence: Evidence, label: string): string | undefined {
  const found = evidence.details?.find((detail) => detail.label === label)?.value;
  return found === undefined ? undefined : shorten(found, MESSAGE_CHARS);
}

/** All values of a label that may repeat, comma-separated. */
export function facts(evidence: Evidence, label: string): string {
  const values = (evidence.details ?? []).filter((detail) => detail.label === label).map(({ value }) => value);
  return shorten(values.join(', '), MESSAGE_CHARS);
}

/** Reason of a pod that is ready and does not say since when. */
export const UNDATED_READY = 'ReadySinceUnknown';

/** `pod/web-1`, or `container web of pod/web-1`. */
export function place(evidence: Evidence): string {
  const object = shorten(evidence.object, NAME_CHARS);
  return evidence.container === undefined
    ? object
    : `container ${shorten(evidence.container, NAME_CHARS)} of ${object}`;
}

/** `kubectl describe pod/web-1`, the one command that shows an object with its events. */
export function describeCommand(evidence: Evidence): string {
  return `kubectl describe ${shorten(evidence.object, NAME_CHARS)}${inItsNamespace(evidence)}`;
}

/** ` -n shop`, or nothing where it is not known or is no name. `<namespace>` stands for it in the playbook. */
export function inItsNamespace({ namespace = '' }: Evidence): string {
  return /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?|<namespace>)$/.test(namespace) ? ` -n ${namespace}` : '';
}

export function imageName(evidence: Evidence): string {
  return evidence.image === undefined || evidence.image === ''
    ? 'the image'
    : `image ${quote(evidence.image, NAME_CHARS)}`;
}

/** The image as an argument of a command, if it is safe to paste; else a placeholder. */
export function imageArgument({ image = '' }: Evidence): string {
  return /^[a-z0-9][\w./:@-]*$/i.test(image) && image.length <= NAME_CHARS ? image : 'IMAGE';
}

/** `: "text"` for the end of a sentence, or nothing. */
export function said(evidence: Evidence): string {
  return evidence.message === undefined || evidence.message === '' ? '' : `: ${quote(evidence.message, MESSAGE_CHARS)}`;
}

/** ` (Reason)`, or nothing. */
export function because(evidence: Evidence): string {
  return evidence.reason === undefined || evidence.reason === '' ? '' : ` (${shorten(evidence.reason, NAME_CHARS)})`;
}

/** The reason alone, for the middle of a sentence. */
export function reasonOf(evidence: Evidence): string {
  return evidence.reason === undefined || evidence.reason === ''
    ? 'no reason given'
    : shorten(evidence.reason, NAME_CHARS);
}

/** `node-1`, or `unknown`. */
export function nodeOf(evidence: Evidence): string {
  return evidence.node === undefined ? 'unknown' : shorten(evidence.node, NAME_CHARS);
}

/** `kubectl logs pod/web-1 -c web --previous`. */
export function previousLogCommand(evidence: Evidence): string {
  const container = evidence.container === undefined ? '' : ` -c ${shorten(evidence.container, NAME_CHARS)}`;
  return `kubectl logs ${shorten(evidence.object, NAME_CHARS)}${inItsNamespace(evidence)}${container} --previous`;
}

/** `kubectl logs pod/web-1 -c web`. */
export function logCommand(evidence: Evidence): string {
  return previousLogCommand(evidence).replace(/ --previous$/, '');
}

/** ` (Reason, for 12 s now)`, as far as known. */
export function circumstances(evidence: Evidence): string {
  const time = fact(evidence, FACT.heldFor);
  const reason = evidence.reason === undefined || evidence.reason === '' ? [] : [reasonOf(evidence)];
  return inBrackets([...reason, ...(time === undefined ? [] : [`for ${time} now`])]);
}

/** ` (OOMKilled, exit code 137, restarts 2)`, as far as known. */
export function ending(evidence: Evidence): string {
  const restarts = fact(evidence, FACT.restarts);
  return inBrackets([
    ...(evidence.reason === undefined || evidence.reason === '' ? [] : [reasonOf(evidence)]),
    ...(evidence.exitCode === undefined && evidence.signal === undefined ? [] : [exit(evidence)]),
    ...(restarts === undefined ? [] : [`restarts ${restarts}`]),
  ]);
}

function inBrackets(parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** `exit code 137`, `signal 9`, or `an unknown exit code`. */
export function exit(evidence: Evidence): string {
  if (evidence.exitCode !== undefined) return `exit code ${evidence.exitCode}`;
  return evidence.signal === undefined ? 'an unknown exit code' : `signal ${evidence.signal}`;
}

/** `prefix value` when the fact is known, else nothing. */
export function factAfter(prefix: string, evidence: Evidence, label: string): string {
  const value = fact(evidence, label);
  return value === undefined ? '' : `${prefix}${value}`;
}

/** Upper-case first letter, for sentences that begin with a place. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
