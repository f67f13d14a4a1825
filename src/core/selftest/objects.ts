import type { JsonObject } from '../model/json.ts';
import type { Scenario } from './scenarios.ts';

export const DEFAULT_IMAGE = 'busybox:1.36';
export const SUT_PORT = 8080;
/** Of the SUT's Deployment and of the Job, as the manifests of a user would name them. */
export const SELFTEST_NAME = 'testcar-gate-selftest';

/** Nobody in particular: busybox runs as root unless told otherwise, and PodSecurity "restricted" wants a UID that is not 0. */
const USER_ID = 65532;

/** What PodSecurity "restricted" demands of a container, and a root file system that nobody writes to. */
const SECURITY_CONTEXT: JsonObject = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  runAsGroup: USER_ID,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const RESOURCES: JsonObject = { requests: { cpu: '10m', memory: '16Mi' } };
const WEB_ROOT = '/tmp/www';

/**
 * The smallest web server there is in an image with a shell: the httpd of busybox or, where it was left out, nc in a
 * loop. nc is deaf for a moment after each answer, so the probe below is patient.
 */
const SERVE = `
echo 'testcar-gate selftest' >${WEB_ROOT}/index.html
if command -v httpd >/dev/null 2>&1; then exec httpd -f -p ${SUT_PORT} -h ${WEB_ROOT}; fi
while :; do
  printf 'HTTP/1.0 200 OK\\r\\nContent-Length: 3\\r\\n\\r\\nok\\n' | nc -l -p ${SUT_PORT} >/dev/null || sleep 1
done
`.trimStart();

/** A system under test that always works, as a user's manifest would describe it. */
export function selftestDeployment(image: string, namespace: string): JsonObject {
  const labels = { 'app.kubernetes.io/name': SELFTEST_NAME };
  const container = {
    ...shell('sut', image, SERVE),
    ports: [{ containerPort: SUT_PORT }],
    readinessProbe: { httpGet: { path: '/', port: SUT_PORT }, periodSeconds: 1, failureThreshold: 10 },
    volumeMounts: [{ name: 'www', mountPath: WEB_ROOT }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SELFTEST_NAME, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...POD,
          containers: [container],
          volumes: [{ name: 'www', emptyDir: { sizeLimit: '1Mi' } }],
          // A shell as first process does not heed SIGTERM, and there is no connection to wait for.
          terminationGracePeriodSeconds: 1,
        },
      },
    },
  };
}

/** A testcar that ends in the way of `scenario`, as a user's manifest would describe it. */
export function selftestJob(image: string, namespace: string, { script }: Pick<Scenario, 'script'>): JsonObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: SELFTEST_NAME, namespace },
    spec: { template: { spec: { ...POD, restartPolicy: 'Never', containers: [shell('testcar', image, script)] } } },
  };
}

const POD: JsonObject = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};

function shell(name: string, image: string, script: string): JsonObject {
  return {
    name,
    image,
    // An image that was brought to the nodes of a cluster without internet is there under its tag only.
    imagePullPolicy: 'IfNotPresent',
    command: ['sh', '-c', script],
    resources: RESOURCES,
    securityContext: SECURITY_CONTEXT,
  };
}
