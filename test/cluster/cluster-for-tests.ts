import { existsSync } from 'node:fs';
import { ClusterError } from './errors.ts';
import { nodeName, path, registry } from './layout.ts';
import { up } from './lifecycle.ts';

export type OwnedCluster = {
  owned: true;
  /** cluster-admin */
  kubeconfigPath: string;
  context?: undefined;
  nodeName: string;
  registry: string;
  auditLogPath: string;
};

/** Somebody else's: tests may use it, but nothing here starts, stops or changes it. */
export type ExternalCluster = { owned: false; kubeconfigPath: string; context?: string };

export type TestCluster = OwnedCluster | ExternalCluster;

export type ExternalOptions = { kubeconfig?: string | undefined; context?: string | undefined };

/** The cluster that was asked for by TESTCAR_GATE_TEST_KUBECONFIG and …_CONTEXT, or else our own, started if need be. */
export async function clusterForTests(options: ExternalOptions = {}): Promise<TestCluster> {
  const external = externalCluster(options);
  if (external !== undefined) return external;
  await up();
  return ownedCluster;
}

export const ownedCluster: OwnedCluster = {
  owned: true,
  kubeconfigPath: path.kubeconfig,
  nodeName,
  registry,
  auditLogPath: path.auditLog,
};

export function externalCluster(options: ExternalOptions = {}): ExternalCluster | undefined {
  const kubeconfigPath = options.kubeconfig ?? process.env['TESTCAR_GATE_TEST_KUBECONFIG'];
  const context = options.context ?? process.env['TESTCAR_GATE_TEST_CONTEXT'];
  if (kubeconfigPath === undefined || kubeconfigPath === '') {
    if (context === undefined || context === '') return undefined;
    throw new ClusterError(`context ${context} of which kubeconfig?`, {
      remedy: 'give --kubeconfig or TESTCAR_GATE_TEST_KUBECONFIG too',
    });
  }
  if (!existsSync(kubeconfigPath)) throw new ClusterError(`the kubeconfig for tests does not exist: ${kubeconfigPath}`);
  return { owned: false, kubeconfigPath, ...(context === undefined || context === '' ? {} : { context }) };
}
