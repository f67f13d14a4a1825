import type { JsonObject } from '../model/json.ts';
import { COURIER_ENV, COURIER_SCRIPT } from './courier-script.ts';
import { REACH_ENV, REACH_EXIT, REACH_SCRIPT } from './reach-script.ts';

export const COURIER_NAME = 'testcar-gate-courier';
export const REACH_NAME = 'testcar-gate-reach';
export { REACH_EXIT };

const TERMINATION_LOG = '/dev/termination-log';

/** A shell that sleeps; no limits, so that a quota without limits and a large result both go through. */
const RESOURCES: JsonObject = { requests: { cpu: '10m', memory: '32Mi' } };

/**
 * The native sidecar that prints testcar's results into its own log when the test container has ended (design §6).
 * Put it into `initContainers`; `volumeName` is the volume that testcar writes to.
 */
export function courierContainer(input: {
  image: string;
  imagePullPolicy: string | undefined;
  runId: string;
  resultsDir: string;
  volumeName: string;
  securityContext: JsonObject | undefined;
  attachments: readonly string[];
  attachmentsMaxBytes: number;
}): JsonObject {
  const attached =
    input.attachments.length === 0
      ? {}
      : {
          [COURIER_ENV.attachments]: input.attachments.join('\n'),
          [COURIER_ENV.attachmentsMaxBytes]: `${input.attachmentsMaxBytes}`,
        };
  return {
    name: COURIER_NAME,
    ...shell(input, COURIER_SCRIPT),
    restartPolicy: 'Always',
    env: env({
      [COURIER_ENV.runId]: input.runId,
      [COURIER_ENV.resultsDir]: input.resultsDir,
      [COURIER_ENV.terminationLog]: TERMINATION_LOG,
      ...attached,
    }),
    volumeMounts: [{ name: input.volumeName, mountPath: input.resultsDir, readOnly: true }],
  };
}

/**
 * The init container that waits until the SUT's address answers from inside the pod network; its exit code is one of
 * `REACH_EXIT`, its termination message the last error.
 */
export function reachContainer(input: {
  image: string;
  imagePullPolicy: string | undefined;
  scheme: 'http' | 'https';
  host: string;
  port: number;
  path: string;
  mode: 'http' | 'tcp';
  timeoutMs: number;
  securityContext: JsonObject | undefined;
}): JsonObject {
  const path = requestPath(input.path);
  const host = input.host.includes(':') ? `[${input.host}]` : input.host;
  const scheme = input.mode === 'tcp' ? 'http' : input.scheme;
  return {
    name: REACH_NAME,
    ...shell(input, REACH_SCRIPT),
    env: env({
      [REACH_ENV.mode]: input.mode,
      [REACH_ENV.scheme]: scheme,
      [REACH_ENV.host]: input.host,
      [REACH_ENV.port]: `${input.port}`,
      [REACH_ENV.path]: path,
      [REACH_ENV.url]: `${scheme}://${host}:${input.port}${path}`,
      [REACH_ENV.timeoutSeconds]: `${Math.max(1, Math.ceil(input.timeoutMs / 1000))}`,
      [REACH_ENV.terminationLog]: TERMINATION_LOG,
    }),
  };
}

type Shell = { image: string; imagePullPolicy: string | undefined; securityContext: JsonObject | undefined };

function shell({ image, imagePullPolicy, securityContext }: Shell, script: string): JsonObject {
  return {
    image,
    ...(imagePullPolicy === undefined ? {} : { imagePullPolicy }),
    command: ['sh', '-c', script],
    resources: RESOURCES,
    terminationMessagePath: TERMINATION_LOG,
    // For the ends that the script cannot report itself, such as a kill.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...(securityContext === undefined ? {} : { securityContext }),
  };
}

/** The kubelet expands `$(NAME)` in values and reads `$$` as one dollar (API reference, EnvVar.value). */
function env(values: Readonly<Record<string, string>>): readonly JsonObject[] {
  return Object.entries(values).map(([name, value]) => ({ name, value: value.replaceAll('$', () => '$$') }));
}

/** Always starts with a slash and holds only what may stand in a request line. */
function requestPath(path: string): string {
  const safe = path.replace(/[^\x21-\x7e]/gu, (char) =>
    /\p{Cs}/u.test(char) ? '%EF%BF%BD' : encodeURIComponent(char),
  );
  return safe.startsWith('/') ? safe : `/${safe}`;
}
