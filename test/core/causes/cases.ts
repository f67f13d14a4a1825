/** One case per cause: what the rules hand over, and the two lines that a person reads first. */
import type { Cause } from '../../../src/core/causes/index.ts';
import type { Evidence } from '../../../src/core/model/evidence.ts';
import { CREATION_CASES } from './creation-cases.ts';
import { PULL_CASES } from './pull-cases.ts';
import { SUT_PROBE_CASES } from './sut-probe-cases.ts';

export const CASES = {
  ...SUT_PROBE_CASES,
  ...PULL_CASES,
  ...CREATION_CASES,
  SutImageNotFound: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'ErrImagePull',
      message: 'failed to pull and unpack image "registry.example/web:2": not found',
      details: [{ label: 'held for', value: '10 s' }],
    },
    headline: `The registry does not have image "registry.example/web:2", which container web of pod/web-1 needs (ErrImagePull, for 10 s now): "failed to pull and unpack image 'registry.example/web:2': not found"`,
    first:
      'Check that image "registry.example/web:2" was built and pushed: docker manifest inspect registry.example/web:2.',
  },
  SutImageNameInvalid: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/Web:2',
      reason: 'InvalidImageName',
      message: "couldn't parse image name",
    },
    headline: `Image "registry.example/Web:2" of container web of pod/web-1 is not a valid image name: "couldn't parse image name"`,
    first:
      "Correct the image name in the Deployment's manifest: lower case, no spaces, no unreplaced variable such as $(tag) or {{ }}.",
  },
  SutImagePullFailed: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'SignatureValidationFailed',
      message: 'image pull failed because the signature validation failed',
      details: [{ label: 'held for', value: '1 min' }],
    },
    headline:
      'Container web of pod/web-1 could not pull image "registry.example/web:2" (SignatureValidationFailed, for 1 min now): the policy of the node refuses its signature: "image pull failed because the signature validation failed"',
    first:
      'Sign the image with the key that the policy of the nodes trusts (/etc/containers/policy.json), or correct that policy.',
  },
  SutImageNeverPull: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'ErrImageNeverPull',
      message: 'Container image "registry.example/web:2" is not present with pull policy of Never',
    },
    headline: `Image "registry.example/web:2" of container web of pod/web-1 is not on the node, and imagePullPolicy is Never: "Container image 'registry.example/web:2' is not present with pull policy of Never"`,
    first:
      "Set imagePullPolicy to IfNotPresent in the Deployment's manifest, or load the image on every node before the run.",
  },
  SutConfigMissing: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'CreateContainerConfigError',
      message: 'secret "db" not found',
      details: [{ label: 'held for', value: '15 s' }],
    },
    headline: `Container web of pod/web-1 cannot start, because configuration that it refers to is missing (CreateContainerConfigError, for 15 s now): "secret 'db' not found"`,
    first:
      'Create the ConfigMap, Secret or key named in the message, in the namespace of the pod; or correct the reference to it.',
  },
  SutClaimMissing: {
    evidence: {
      object: 'persistentvolumeclaim/data',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: persistentvolumeclaim "data" not found.',
      details: [
        { label: 'asked for by', value: 'pod/web-1' },
        { label: 'held for', value: '15 s' },
      ],
    },
    headline: `Persistentvolumeclaim/data does not exist, which pod/web-1 asks for (Unschedulable, for 15 s now): "0/1 nodes are available: persistentvolumeclaim 'data' not found."`,
    first: "Create the claim in the namespace of the pod, or correct claimName in the Deployment's manifest.",
  },
  SutStartError: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'StartError',
      message: 'exec: "server": executable file not found in $PATH',
      details: [{ label: 'held for', value: '20 s' }],
    },
    headline: `Container web of pod/web-1 cannot be started (StartError, for 20 s now): "exec: 'server': executable file not found in $PATH"`,
    first:
      'Check command and args against the image: "executable file not found" means the path is wrong, "exec format error" that the image is for another architecture.',
  },
  SutOomKilled: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'OOMKilled',
      exitCode: 137,
      details: [
        { label: 'restarts', value: '1' },
        { label: 'memory limit', value: '128Mi' },
      ],
    },
    headline:
      'Container web of pod/web-1 was killed for using more memory than allowed (OOMKilled, exit code 137, memory limit 128Mi, restarts 1)',
    first: 'Raise resources.limits.memory of container web of pod/web-1 (now 128Mi), or make it use less.',
  },
  SutStorageExceeded: {
    evidence: {
      object: 'pod/web-1',
      reason: 'Evicted',
      message: 'Pod ephemeral local storage usage exceeds the total limit of containers 5Mi.',
    },
    headline:
      'Pod/web-1 was evicted for using more local storage than its own limits allow: "Pod ephemeral local storage usage exceeds the total limit of containers 5Mi."',
    first:
      "Raise resources.limits.ephemeral-storage or the sizeLimit of the emptyDir in the Deployment's manifest, or write less.",
  },
  SutCrashLooping: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'Error',
      exitCode: 1,
      details: [{ label: 'restarts', value: '2' }],
    },
    headline: 'Container web of pod/web-1 keeps ending soon after its start: 2 restarts, last with exit code 1 (Error)',
    first: 'Read why it ended; the report has the last lines: kubectl logs pod/web-1 -c web --previous.',
  },
  SutNeverReady: {
    evidence: {
      object: 'deployment/web',
      reason: 'readyTimeout',
      message: 'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
      details: [
        { label: 'waited for', value: '5m' },
        {
          label: 'waiting for',
          value: '0 of 1 pods of web ready; pod web-1: container web: running, readiness probe not passing',
        },
      ],
    },
    headline:
      'Deployment/web was not ready within 5m; last seen waiting for: 0 of 1 pods of web ready; pod web-1: container web: running, readiness probe not passing: "Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503"',
    first: 'Look at what it was waiting for: kubectl describe deployment/web.',
  },
  SutUnreachable: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar-gate-reach',
      exitCode: 90,
      message: 'no answer from http://web:8080/ after 30 s',
      details: [{ label: 'waited for', value: '30s' }],
    },
    headline:
      'The pods are ready, but container testcar-gate-reach of pod/testcar-1-x1 got no answer from the system under test over the pod network within 30s: "no answer from http://web:8080/ after 30 s"',
    first: 'Check that the process listens on 0.0.0.0 (not on 127.0.0.1) and on the port given by sutPort.',
  },
  SutRevisionMismatch: {
    evidence: {
      object: 'deployment/web',
      details: [
        { label: 'expected', value: 'registry.example/web:3' },
        { label: 'found', value: 'registry.example/web:2' },
        { label: 'waited for', value: '5m' },
      ],
    },
    headline:
      'Deployment/web does not run what was expected: expected registry.example/web:3, found registry.example/web:2 after 5m',
    first:
      'Check that the delivery (Flux, Argo CD, Helm, an earlier step) really reached this namespace with this image.',
  },
  PromotionFailed: {
    evidence: {
      object: 'deployment/web',
      reason: 'SutNeverReady',
      details: [{ label: 'waiting for', value: 'Deployment/web was not ready within 5m' }],
    },
    headline:
      'The tests passed on the preview, but the roll-out of deployment/web failed (SutNeverReady): Deployment/web was not ready within 5m',
    first: 'Look at the live Deployment now: kubectl describe deployment/web.',
  },
  TestsFailed: {
    evidence: {
      object: 'job/testcar-1',
      details: [
        { label: 'tests', value: '120' },
        { label: 'failed', value: '2' },
        { label: 'first failures', value: 'cart: adds an item, cart: pays' },
      ],
    },
    headline: '2 of 120 tests failed: cart: adds an item, cart: pays',
    first: 'Read the failed tests in the test tab or in the report, and fix the system under test.',
  },
  SutCrashedUnderTest: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'OOMKilled',
      exitCode: 137,
      details: [{ label: 'restarts', value: '1' }],
    },
    headline:
      'Container web of pod/web-1 ended by itself while testcar tested it (OOMKilled, exit code 137, restarts 1)',
    first: 'Read the last lines before the crash; they are in the report: kubectl logs pod/web-1 -c web --previous.',
  },
  TestcarImageNotFound: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'ErrImagePull',
      message: 'registry.example/testcar:7: not found',
    },
    headline:
      'The registry does not have image "registry.example/testcar:7", which container testcar of pod/testcar-1-x1 needs (ErrImagePull): "registry.example/testcar:7: not found"',
    first:
      'Check that image "registry.example/testcar:7" was built and pushed: docker manifest inspect registry.example/testcar:7.',
  },
  TestcarImageNameInvalid: {
    evidence: { object: 'pod/testcar-1-x1', container: 'testcar', image: 'testcar:', reason: 'InvalidImageName' },
    headline: 'Image "testcar:" of container testcar of pod/testcar-1-x1 is not a valid image name',
    first:
      "Correct the image name in testcar's Job manifest (testcarManifest) or option testcarImage (courierImage for the gate's own containers): lower case, no spaces, no unreplaced variable such as $(tag) or {{ }}.",
  },
  TestcarImagePullFailed: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'ErrImagePull',
      message: 'unexpected media type text/html',
      details: [{ label: 'held for', value: '1 min' }],
    },
    headline: `Container testcar of pod/testcar-1-x1 could not pull image "registry.example/testcar:7" (ErrImagePull, for 1 min now): the text below is all that the kubelet says: "unexpected media type text/html"`,
    first: 'Read the message in the headline; it is what the container runtime reported.',
  },
  TestcarImageNeverPull: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'ErrImageNeverPull',
    },
    headline:
      'Image "registry.example/testcar:7" of container testcar of pod/testcar-1-x1 is not on the node, and imagePullPolicy is Never',
    first:
      "Set imagePullPolicy to IfNotPresent in testcar's Job manifest (testcarManifest), or load the image on every node before the run.",
  },
  TestcarConfigMissing: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'CreateContainerConfigError',
      message: 'configmap "suite" not found',
    },
    headline: `Container testcar of pod/testcar-1-x1 cannot start, because configuration that it refers to is missing (CreateContainerConfigError): "configmap 'suite' not found"`,
    first:
      'Create the ConfigMap, Secret or key named in the message, in the namespace of the pod; or correct the reference to it.',
  },
  TestcarClaimMissing: {
    evidence: {
      object: 'persistentvolumeclaim/data',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: persistentvolumeclaim "data" not found.',
      details: [
        { label: 'asked for by', value: 'pod/testcar-1-x1' },
        { label: 'held for', value: '15 s' },
      ],
    },
    headline: `Persistentvolumeclaim/data does not exist, which pod/testcar-1-x1 asks for (Unschedulable, for 15 s now): "0/1 nodes are available: persistentvolumeclaim 'data' not found."`,
    first:
      "Create the claim in the namespace of the pod, or correct claimName in testcar's Job manifest (testcarManifest).",
  },
  TestcarStartError: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'StartError',
      exitCode: 128,
      message: 'exec: "run-tests": executable file not found in $PATH',
    },
    headline: `Container testcar of pod/testcar-1-x1 cannot be started (StartError): "exec: 'run-tests': executable file not found in $PATH"`,
    first:
      'Check command and args against the image: "executable file not found" means the path is wrong, "exec format error" that the image is for another architecture.',
  },
  TestcarOomKilled: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'OOMKilled',
      exitCode: 0,
      details: [{ label: 'memory limit', value: '256Mi' }],
    },
    headline:
      'Container testcar of pod/testcar-1-x1 was killed for using more memory than allowed (OOMKilled, exit code 0, memory limit 256Mi)',
    first: 'Raise resources.limits.memory of container testcar of pod/testcar-1-x1 (now 256Mi), or make it use less.',
  },
  TestcarStorageExceeded: {
    evidence: {
      object: 'pod/testcar-1-x1',
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "results" exceeds the limit "10Mi".',
    },
    headline: `Pod/testcar-1-x1 was evicted for using more local storage than its own limits allow: "Usage of EmptyDir volume 'results' exceeds the limit '10Mi'."`,
    first:
      "Raise resources.limits.ephemeral-storage or the sizeLimit of the emptyDir in testcar's Job manifest (testcarManifest), or write less.",
  },
  TestcarCrashed: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'Error',
      exitCode: 139,
    },
    headline: 'Container testcar of pod/testcar-1-x1 was ended by a signal (exit code 139, Error)',
    first:
      'The process died by a fault of its own (139 segmentation fault, 134 abort): look for a native module or browser in the image.',
  },
  TestcarCommandNotFound: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'Error',
      exitCode: 127,
    },
    headline: 'Container testcar of pod/testcar-1-x1 ended with exit code 127: its shell could not find the command',
    first:
      'Check the name and PATH of the command in the image: option testcarCommand, or command and args of the Job.',
  },
  TestcarExitWithoutResults: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'Error',
      exitCode: 2,
    },
    headline: 'Container testcar of pod/testcar-1-x1 ended with exit code 2 (Error) and left no test results',
    first: "Read the last lines of testcar's log in the report: it stopped before or while it ran the tests.",
  },
  TestcarResultsMissing: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'Completed',
      exitCode: 0,
    },
    headline:
      'Container testcar of pod/testcar-1-x1 ended with exit code 0, but left no test results: that is not proof',
    first:
      'Let the runner write JUnit XML (*.xml) into $TESTCAR_RESULTS_DIR, for example --junitxml=$TESTCAR_RESULTS_DIR/results.xml.',
  },
  TestcarResultsIncomplete: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      exitCode: 0,
      message: 'frame 3 of 7 is missing',
    },
    headline: 'The results of container testcar of pod/testcar-1-x1 did not arrive complete: "frame 3 of 7 is missing"',
    first:
      "Check in the report how the courier's container ended: with exit code 137 it was stopped before it had sent everything.",
  },
  TestcarResultsInvalid: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      exitCode: 0,
      message: 'line 4: unexpected end',
      details: [{ label: 'found', value: 'junit.xml' }],
    },
    headline:
      'The results of container testcar of pod/testcar-1-x1 are not readable as JUnit XML in file junit.xml: "line 4: unexpected end"',
    first: 'Open the file named in the headline: a runner that was stopped while writing leaves half a file.',
  },
  TestcarNoTests: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      exitCode: 0,
      details: [
        { label: 'tests', value: '0' },
        { label: 'expected', value: '1' },
      ],
    },
    headline: 'Container testcar of pod/testcar-1-x1 reported 0 tests, at least 1 are needed: that is not proof',
    first: 'Check the selection of tests: a filter, tag or path that matches nothing or too little.',
  },
  TestcarAllSkipped: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      exitCode: 0,
      details: [{ label: 'tests', value: '12' }],
    },
    headline: 'All 12 tests of container testcar of pod/testcar-1-x1 were skipped: that is not proof',
    first:
      'Look at the reasons for the skips in the test tab: usually a missing environment variable or a condition on the target address.',
  },
  TestcarExitContradictsResults: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar',
      image: 'registry.example/testcar:7',
      reason: 'Error',
      exitCode: 1,
      details: [{ label: 'results', value: '12 of 12 tests passed' }],
    },
    headline:
      'Container testcar of pod/testcar-1-x1 ended with exit code 1 (Error), although no test failed (12 of 12 tests passed)',
    first:
      "Read the last lines of testcar's log: something after or beside the tests failed (teardown, coverage limit, unhandled error).",
  },
  ReachProbeUnavailable: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar-gate-reach',
      image: 'registry.example/testcar:7',
      reason: 'Error',
      exitCode: 91,
      message: 'this image has none of these tools: curl wget nc',
    },
    headline:
      'Container testcar-gate-reach of pod/testcar-1-x1 has no tool to check that the system under test is reachable (Error): "this image has none of these tools: curl wget nc"',
    first: 'Set courierImage to a small image with sh and wget, curl or nc, such as busybox.',
  },
  CourierFailed: {
    evidence: {
      object: 'pod/testcar-1-x1',
      container: 'testcar-gate-courier',
      image: 'registry.example/testcar:7',
      reason: 'StartError',
      message: 'exec: "sh": executable file not found in $PATH',
    },
    headline: `Container testcar-gate-courier of pod/testcar-1-x1, which hands over the results, did not do it (StartError): "exec: 'sh': executable file not found in $PATH"`,
    first:
      "Set courierImage to a small image with sh, tar, gzip, base64 and sha256sum, such as busybox: testcar's own image may lack one.",
  },
  ApiUnreachable: {
    evidence: {
      object: 'the Kubernetes API',
      reason: 'ECONNREFUSED',
      message: 'GET /api: connect ECONNREFUSED',
      details: [
        { label: 'while', value: 'watching the Job of testcar' },
        { label: 'held for', value: '30 s' },
      ],
    },
    headline:
      'The Kubernetes API cannot be reached (ECONNREFUSED, for 30 s now) while watching the Job of testcar: "GET /api: connect ECONNREFUSED"',
    first: 'Decide first: is it the network (firewall, route, VPN, DNS, stopped cluster) or are the nodes offline?',
  },
  ApiNotKubernetes: {
    evidence: {
      object: 'the Kubernetes API',
      reason: 'not-kubernetes',
      message: 'HTTP 502 with text/html',
      details: [{ label: 'while', value: 'asking for its version' }],
    },
    headline:
      'The address of the API server is answered by something that is not Kubernetes (not-kubernetes) while asking for its version: "HTTP 502 with text/html"',
    first:
      'Check the server address in the kubeconfig, and HTTPS_PROXY and NO_PROXY on the build agent: a proxy or login page answers.',
  },
  ApiServerError: {
    evidence: {
      object: 'the Kubernetes API',
      reason: 'InternalError',
      message: 'etcdserver: request timed out',
      details: [
        { label: 'while', value: 'watching ReplicaSets' },
        { label: 'held for', value: '31 s' },
      ],
    },
    headline:
      'The Kubernetes API answers with errors (InternalError, for 31 s now) while watching ReplicaSets: "etcdserver: request timed out"',
    first: 'Check the control plane: kubectl get --raw /readyz?verbose.',
  },
  WebhookUnavailable: {
    evidence: {
      object: 'replicaset/web-5d4f',
      reason: 'FailedCreate',
      message: 'failed calling webhook "inject.example.com"',
      details: [{ label: 'held for', value: '30 s' }],
    },
    headline: `An admission webhook of the cluster does not answer (FailedCreate, for 30 s now); seen at replicaset/web-5d4f: "failed calling webhook 'inject.example.com'"`,
    first: 'Bring the webhook named in the message back: look at its pods and at its Service.',
  },
  SutUnschedulable: {
    evidence: {
      object: 'pod/web-1',
      reason: 'Unschedulable',
      message: '0/3 nodes are available: 3 Insufficient memory.',
      details: [{ label: 'held for', value: '15 s' }],
    },
    headline:
      'No node can take pod/web-1 (Unschedulable, for 15 s now): "0/3 nodes are available: 3 Insufficient memory."',
    first: "Free capacity or add nodes; or lower the requests in the Deployment's manifest.",
  },
  TestcarUnschedulable: {
    evidence: {
      object: 'pod/testcar-1-x1',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: true}.',
      details: [{ label: 'held for', value: '15 s' }],
    },
    headline:
      'No node can take pod/testcar-1-x1 (Unschedulable, for 15 s now): "0/1 nodes are available: 1 node(s) had untolerated taint {gpu: true}."',
    first:
      "Compare nodeSelector, affinity and tolerations in testcar's Job manifest (testcarManifest) with the labels and taints of the nodes.",
  },
  SutDisrupted: {
    evidence: {
      object: 'pod/web-1',
      node: 'node-1',
      reason: 'PreemptionByScheduler',
      message: 'preempting to accommodate a higher priority pod',
    },
    headline:
      'The cluster took pod/web-1 on node node-1 away (PreemptionByScheduler): "preempting to accommodate a higher priority pod"',
    first:
      'Give the pod a priorityClassName that survives, or add capacity: a pod with higher priority took its place.',
  },
  TestcarDisrupted: {
    evidence: {
      object: 'pod/testcar-1-x1',
      node: 'node-1',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    },
    headline: 'The cluster took pod/testcar-1-x1 on node node-1 away (EvictionByEvictionAPI): "Eviction API: evicting"',
    first: 'Find out who drains nodes now (upgrade, autoscaler scale-down), and run the pipeline again after it.',
  },
  SutClaimPending: {
    evidence: {
      object: 'persistentvolumeclaim/data',
      reason: 'ProvisioningFailed',
      message: 'storageclass.storage.k8s.io "fast" not found',
      details: [
        { label: 'asked for by', value: 'pod/web-1' },
        { label: 'storage class', value: 'fast' },
        { label: 'held for', value: '15 s' },
      ],
    },
    headline: `Persistentvolumeclaim/data gets no volume (ProvisioningFailed, for 15 s now); waited for by pod/web-1: "storageclass.storage.k8s.io 'fast' not found"`,
    first:
      'The storage class that the claim names does not exist: correct storageClassName, which takes a new claim, or create the class.',
  },
  TestcarClaimPending: {
    evidence: {
      object: 'persistentvolumeclaim/scratch',
      reason: 'Unschedulable',
      message: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
      details: [
        { label: 'asked for by', value: 'pod/testcar-1-x1' },
        { label: 'storage class', value: 'none' },
      ],
    },
    headline: `Persistentvolumeclaim/scratch gets no volume (Unschedulable); waited for by pod/testcar-1-x1: "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims."`,
    first:
      'The claim names no storage class and the cluster has no default one: name a class, or create a PersistentVolume that fits.',
  },
  SutVolumeNotMounted: {
    evidence: {
      object: 'pod/web-1',
      node: 'node-1',
      reason: 'FailedAttachVolume',
      message: 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) web-0',
      details: [{ label: 'held for', value: '2 min 3 s' }],
    },
    headline: `A volume of pod/web-1 cannot be mounted on node node-1 (FailedAttachVolume, for 2 min 3 s now): "Multi-Attach error for volume 'pvc-1' Volume is already used by pod(s) web-0"`,
    first:
      'Another pod on another node still holds the volume (ReadWriteOnce): use strategy Recreate, another access mode, or a claim of its own for the copy that is tested.',
  },
  TestcarVolumeNotMounted: {
    evidence: {
      object: 'pod/testcar-1-x1',
      node: 'node-1',
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "data" : hostPath type check failed: /data is not a directory',
    },
    headline: `A volume of pod/testcar-1-x1 cannot be mounted on node node-1 (FailedMount): "MountVolume.SetUp failed for volume 'data' : hostPath type check failed: /data is not a directory"`,
    first:
      "The path is not on the node, or is of another type: correct hostPath in testcar's Job manifest (testcarManifest), or prepare the nodes.",
  },
  SutSandboxFailed: {
    evidence: {
      object: 'pod/web-1',
      node: 'node-1',
      reason: 'FailedCreatePodSandBox',
      message: 'Failed to create pod sandbox: plugin type="bridge" failed (add): no IP addresses available in range',
      details: [{ label: 'held for', value: '60 s' }],
    },
    headline: `Node node-1 cannot create the sandbox of pod/web-1 (FailedCreatePodSandBox, for 60 s now): "Failed to create pod sandbox: plugin type='bridge' failed (add): no IP addresses available in range"`,
    first:
      'Look at the network of the node: the pods of the CNI plugin in kube-system, and free addresses of its range.',
  },
  TestcarSandboxFailed: {
    evidence: {
      object: 'pod/testcar-1-x1',
      node: 'node-1',
      reason: 'FailedCreatePodSandBox',
      message: 'failed to get sandbox runtime: no runtime for "gvisor" is configured',
    },
    headline: `Node node-1 cannot create the sandbox of pod/testcar-1-x1 (FailedCreatePodSandBox): "failed to get sandbox runtime: no runtime for 'gvisor' is configured"`,
    first:
      "The node has no runtime for the RuntimeClass of the pod: correct runtimeClassName in testcar's Job manifest (testcarManifest), or install the runtime (kubectl get runtimeclass).",
  },
  NodeLost: {
    evidence: {
      object: 'pod/web-1',
      node: 'node-1',
      reason: 'NodeNotReady',
      message: 'Node is not ready',
      details: [{ label: 'held for', value: '30 s' }],
    },
    headline: 'Node node-1 stopped answering (NodeNotReady, for 30 s now); pod/web-1 ran on it: "Node is not ready"',
    first: 'Look at the node: kubectl describe node node-1.',
  },
  NodesOffline: {
    evidence: {
      object: 'pod/web-1',
      node: 'node-1',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
      details: [
        { label: 'nodes that are not ready', value: 'node-1, node-2' },
        { label: 'held for', value: '30 s' },
      ],
    },
    headline:
      'The API server answers, but no node does (NodeStatusUnknown, for 30 s now): node-1, node-2; pod/web-1 ran on node node-1: "Kubelet stopped posting node status."',
    first:
      'Decide first: is it the network between nodes and API server (firewall, route, VPN), or are the machines down?',
  },
  TestDeadlineExceeded: {
    evidence: {
      object: 'job/testcar-1',
      reason: 'testTimeout',
      details: [
        { label: 'waited for', value: '30m' },
        { label: 'waiting for', value: 'tests running in pod testcar-1-x1' },
      ],
    },
    headline: 'Job/testcar-1 was not finished within 30m; at the end: tests running in pod testcar-1-x1',
    first: "Read the last lines of testcar's log in the report: which test was running, and for how long?",
  },
  SutInjectedContainerFailed: {
    evidence: {
      object: 'pod/web-1',
      container: 'istio-proxy',
      image: 'mesh.example/proxy:1',
      reason: 'ErrImagePull',
      message: 'not found',
      details: [{ label: 'held for', value: '20 s' }],
    },
    headline:
      'Container istio-proxy of pod/web-1, which is not in your manifest but was added by admission, does not run (ErrImagePull, for 20 s now): "not found"',
    first:
      'Hand over to the team that owns the webhook which adds this container: kubectl get mutatingwebhookconfigurations.',
  },
  TestcarInjectedContainerFailed: {
    evidence: { object: 'pod/testcar-1', container: 'istio-proxy', exitCode: 1, reason: 'Error' },
    headline:
      'Container istio-proxy of pod/testcar-1, which is not in your manifest but was added by admission, does not run (Error, exit code 1)',
    first:
      'Hand over to the team that owns the webhook which adds this container: kubectl get mutatingwebhookconfigurations.',
  },
  TestcarSidecarNeverEnds: {
    evidence: {
      object: 'pod/testcar-1',
      container: 'istio-proxy',
      details: [
        { label: 'tests ended', value: 'container testcar, exit code 0' },
        { label: 'comes from', value: 'added by admission' },
        { label: 'held for', value: '30 s' },
      ],
    },
    headline:
      'The tests have ended (container testcar, exit code 0), but container istio-proxy of pod/testcar-1 goes on running (for 30 s now), so their Job cannot complete; the container comes from: added by admission',
    first:
      'Make it a native sidecar, which Kubernetes ends by itself: an entry of initContainers with restartPolicy: Always. Istio: ENABLE_NATIVE_SIDECARS=true of istiod; Linkerd: annotation config.beta.linkerd.io/proxy-enable-native-sidecar: "true".',
  },
  TestcarShardLost: {
    evidence: { object: 'job/testcar-1', shard: 'shard 2 of 4 (index 1)', reason: 'NoPod' },
    headline: 'its part of the tests is not proved; Job/testcar-1 ended, and no pod of this shard was ever seen',
    first:
      'Find out who deletes pods of the run: the audit log of the cluster, a clean-up script, a descheduler, an autoscaler that removes nodes.',
  },
  TestsFailWithoutChange: {
    evidence: {
      object: 'job/testcar-1',
      details: [
        { label: 'tests', value: '13' },
        { label: 'failed', value: '2' },
        { label: 'first failures', value: 'cart: total, cart: tax' },
        { label: 'stable revision', value: 'web-6c9b' },
      ],
    },
    headline:
      '2 of 13 tests failed, and every one of them fails against the stable revision web-6c9b too: not caused by this change: cart: total, cart: tax',
    first:
      'Do not look for the fault in this change: look at what both revisions share, such as a database, a dependency, test data, the network, or testcar itself.',
  },
  JobDeleted: {
    evidence: { object: 'job/testcar-1', reason: 'Deleted' },
    headline: 'Job/testcar-1 was deleted before its end was seen',
    first:
      'Find out who deleted it: the audit log of the cluster, a clean-up script, another pipeline run, a quota controller.',
  },
  JobNotOurs: {
    evidence: {
      object: 'job/testcar-1',
      details: [
        { label: 'expected', value: 'UID a' },
        { label: 'found', value: 'UID b' },
      ],
    },
    headline: 'Job/testcar-1 is not the one that this run started: expected UID a, found UID b',
    first: 'Look for a second run or a tool that writes a Job of the same name or changes its labels.',
  },
  JobSuspended: {
    evidence: { object: 'job/testcar-1', message: 'Job suspended', details: [{ label: 'waited for', value: '30m' }] },
    headline: 'Job/testcar-1 is suspended and was not started within 30m: "Job suspended"',
    first: 'Look at the queue that holds it (Kueue: kubectl get workloads), or at who set spec.suspend.',
  },
  RevisionChanged: {
    evidence: {
      object: 'deployment/web',
      reason: 'NewRevision',
      details: [
        { label: 'expected', value: 'web-5d4f' },
        { label: 'found', value: 'web-77aa' },
      ],
    },
    headline:
      'Deployment/web is not the revision any more that this run tests (NewRevision): expected web-5d4f, found web-77aa',
    first:
      'Find out who changed it: another deployment, a roll-back, an autoscaler or a manual delete: kubectl describe deployment/web.',
  },
  SutRestarted: {
    evidence: {
      object: 'pod/web-1',
      container: 'web',
      image: 'registry.example/web:2',
      reason: 'Error',
      exitCode: 1,
      details: [{ label: 'restarts', value: '1' }],
    },
    headline: 'The tests passed, but container web of pod/web-1 restarted (Error, exit code 1, restarts 1) during them',
    first: 'Read why it ended: kubectl logs pod/web-1 -c web --previous.',
  },
  CredentialsExpired: {
    evidence: {
      object: 'the Kubernetes API',
      reason: 'Unauthorized',
      message: 'Unauthorized',
      details: [{ label: 'while', value: 'watching the Job of testcar' }],
    },
    headline:
      'The API server no longer accepts the credentials of the gate (Unauthorized), while watching the Job of testcar: "Unauthorized"',
    first:
      'Use credentials that live longer than readyTimeout and testTimeout together, or a credential plugin that renews them.',
  },
  EvidenceContradicts: {
    evidence: {
      object: 'job/testcar-1',
      details: [
        { label: 'expected', value: 'pod phase Succeeded' },
        { label: 'found', value: 'pod phase Running' },
      ],
    },
    headline: 'What is known about job/testcar-1 is not proof: expected pod phase Succeeded, found pod phase Running',
    first: 'Look at the object named in the headline: kubectl describe job/testcar-1.',
  },
  GateInternalError: {
    evidence: { object: 'phase/collect', message: 'TypeError: x is not a function' },
    headline: 'The gate itself failed in phase/collect: "TypeError: x is not a function"',
    first: 'Report it to the maintainers of the gate with the evidence bundle and the version.',
  },
  InputInvalid: {
    evidence: {
      object: '2 inputs',
      details: [
        { label: 'testTimeout', value: 'found "5"; expected a duration such as 10m' },
        { label: 'mode', value: 'found "blue"; expected preview, in-place or observe' },
      ],
    },
    headline:
      'The gate cannot start with this input: testTimeout found "5"; expected a duration such as 10m (and 1 more)',
    first: 'Correct testTimeout: found "5"; expected a duration such as 10m.',
  },
  ManifestInvalid: {
    evidence: {
      object: 'Deployment/web',
      message: 'strict decoding error: unknown field "spec.template.spec.container"',
    },
    headline: `The API server refused Deployment/web: "strict decoding error: unknown field 'spec.template.spec.container'"`,
    first:
      'Correct the field that the message names. Unknown fields are refused on purpose: a misspelt one would be ignored silently.',
  },
  ClusterConfigMissing: {
    evidence: { object: 'context prod', message: 'the kubeconfig has no context of this name' },
    headline: 'It is not known which cluster to use: context prod: "the kubeconfig has no context of this name"',
    first:
      'Give a kubeconfig (input kubeconfig, variable KUBECONFIG or the service connection) and, if it has several, a context.',
  },
  CredentialsRejected: {
    evidence: {
      object: 'the Kubernetes API',
      reason: 'Unauthorized',
      message: 'Unauthorized',
      details: [{ label: 'while', value: 'asking the API server for its version' }],
    },
    headline:
      'The API server does not accept the credentials of the gate (Unauthorized), while asking the API server for its version: "Unauthorized"',
    first: 'Renew the token or the service connection; try the same kubeconfig with: kubectl auth whoami.',
  },
  PermissionsMissing: {
    evidence: {
      object: 'namespace/shop',
      details: [
        { label: 'missing', value: 'create jobs.batch' },
        { label: 'missing', value: 'get pods/log' },
      ],
    },
    headline: 'The gate may not do what it must in namespace/shop: missing create jobs.batch, get pods/log',
    first:
      "Give the gate's account the missing rights by a Role and RoleBinding in the namespace: create jobs.batch, get pods/log.",
  },
  NamespaceMissing: {
    evidence: { object: 'namespace/shop', message: 'namespaces "shop" not found' },
    headline: `The namespace does not exist: namespace/shop: "namespaces 'shop' not found"`,
    first: 'Correct the input namespace, or create the namespace before the gate runs.',
  },
  AdoptionRefused: {
    evidence: {
      object: 'Job/testcar-1',
      message: 'it belongs to another pipeline run',
      details: [{ label: 'belongs to pipeline run', value: '4711' }],
    },
    headline:
      'Job/testcar-1 exists already and is not of this run: "it belongs to another pipeline run" (belongs to pipeline run "4711")',
    first: 'Find its owner: kubectl get Job/testcar-1 -o yaml, labels testcar-gate/*; if nothing uses it, delete it.',
  },
  SutNotFound: {
    evidence: { object: 'deployment/web', details: [{ label: 'waited for', value: '5m' }] },
    headline: 'Deployment/web does not exist after 5m',
    first: 'Check the inputs deployment and namespace, and that the delivery has run before the gate.',
  },
  Cancelled: {
    evidence: { object: 'run/web-tcg-1', reason: 'SIGTERM' },
    headline: 'The run was cancelled from outside (SIGTERM): nothing is known about this revision',
    first:
      'If nobody cancelled it, look at the time limit of the pipeline job: it must be longer than readyTimeout and testTimeout together.',
  },
} as const satisfies Record<Cause, { evidence: Evidence; headline: string; first: string }>;
