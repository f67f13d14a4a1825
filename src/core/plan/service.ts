import type { JsonObject } from '../model/json.ts';
import type { Revision } from '../model/revision.ts';
import { runAnnotations, runLabels } from './naming.ts';
import type { Plan } from './plan.ts';

/** Set by the Deployment controller on every pod of one ReplicaSet. */
const TEMPLATE_HASH_LABEL = 'pod-template-hash';

/**
 * The temporary Service whose only endpoints are the ready pods of the revision under test. The Job owns it, so that it
 * goes with the Job when nothing else gets to clean up.
 */
export function serviceFor(plan: Plan, revision: Revision, jobUid: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: plan.serviceName,
      namespace: plan.namespace,
      labels: runLabels(plan.runId),
      annotations: runAnnotations({ specHash: plan.specHash, pipelineRun: plan.options.pipelineRun }),
      // Without blockOwnerDeletion: setting it takes a right on the Job's finalizers where the admission plugin
      // OwnerReferencesPermissionEnforcement is on.
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: plan.jobName, uid: jobUid }],
    },
    spec: {
      type: 'ClusterIP',
      selector: { ...plan.sutMatchLabels, [TEMPLATE_HASH_LABEL]: revision.podTemplateHash },
      ports: [{ name: 'sut', protocol: 'TCP', port: plan.sutPort, targetPort: plan.sutPort }],
      publishNotReadyAddresses: false,
    },
  };
}

/** Host name of the run's Service, as pods of the namespace resolve it whatever the cluster's domain is. */
export function sutHost(plan: Pick<Plan, 'serviceName' | 'namespace'>): string {
  return `${plan.serviceName}.${plan.namespace}.svc`;
}

/** The address that testcar is given as TESTCAR_SUT_URL, without a slash at its end. */
export function sutUrl(plan: Pick<Plan, 'serviceName' | 'namespace' | 'sutPort' | 'options'>): string {
  return `${plan.options.sutScheme}://${sutHost(plan)}:${plan.sutPort}`;
}
