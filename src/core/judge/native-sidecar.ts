import { COURIER_NAME } from '../courier/containers.ts';
import type { ApiError } from '../model/api-error.ts';
import { type JsonObject, listAt, stringAt } from '../model/json.ts';
import type { InputProblem, Options } from '../options/options.ts';

/** Native sidecars are on by default from here on (Kubernetes docs: "Sidecar Containers"; feature gate SidecarContainers, beta in 1.29). */
const SINCE_MINOR = 29;

/** Before 1.28 the field is unknown, and the strict dry run says so. */
const UNKNOWN_FIELD = /unknown field "[^"]*\binitContainers\[\d+\]\.restartPolicy"/;

/** Stands for what a plain init container cannot do: run beside the tests. */
export const PLAIN_INIT_CONTAINER = 'PlainInitContainer';

/**
 * Does the API server keep the courier as a native sidecar? Its own answer to the dry run tells, not its version: in 1.28
 * the field is dropped silently, unless somebody has turned the feature on; a vendor's version string may say anything.
 */
export function sidecarProblem(
  { results }: Options,
  answer: { ok: true; value: JsonObject } | { ok: false; error: ApiError },
  gitVersion: string,
): InputProblem | undefined {
  if (results !== 'courier') return undefined;
  const isKept = answer.ok ? keepsSidecar(answer.value) : !UNKNOWN_FIELD.test(answer.error.message);
  if (isKept) return undefined;
  const minor = minorOf(gitVersion);
  const why =
    minor !== undefined && minor < SINCE_MINOR
      ? `Kubernetes ${gitVersion} has no native sidecars, which the courier is; they come with 1.${SINCE_MINOR}`
      : `the API server (Kubernetes ${gitVersion}) does not keep restartPolicy Always of the courier's init container; ` +
        `native sidecars come with 1.${SINCE_MINOR}, and an admission webhook can take the field away`;
  return { input: 'results', found: 'courier', expected: `log or exit-code: ${why}` };
}

function keepsSidecar(job: JsonObject): boolean {
  const courier = listAt(job, 'spec', 'template', 'spec', 'initContainers').find(
    (container) => stringAt(container, 'name') === COURIER_NAME,
  );
  return stringAt(courier, 'restartPolicy') === 'Always';
}

/** `v1.28.3-gke.100`, `v1.29.0+k3s1`; undefined where it is no version 1. */
function minorOf(gitVersion: string): number | undefined {
  const [, minor] = /^v?1\.(\d{1,4})(?!\d)/.exec(gitVersion) ?? [];
  return minor === undefined ? undefined : Number.parseInt(minor, 10);
}
