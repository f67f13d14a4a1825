import { homedir } from 'node:os';
import { join } from 'node:path';

/** Everything a running cluster writes is under this folder, and `down` removes it. */
export const clusterDir = process.env['TESTCAR_GATE_CLUSTER_DIR'] ?? '/var/lib/testcar-gate-cluster';

/** What is slow to make and worth keeping between runs: Go binaries and image archives. */
export const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'testcar-gate');

export const path = {
  beforeUp: join(clusterDir, 'before-up.json'),
  config: join(clusterDir, 'config'),
  pki: join(clusterDir, 'pki'),
  users: join(clusterDir, 'users'),
  logs: join(clusterDir, 'logs'),
  pids: join(clusterDir, 'pids'),
  data: join(clusterDir, 'data'),
  kubeconfig: join(clusterDir, 'admin.kubeconfig'),
  auditLog: join(clusterDir, 'logs', 'audit.log'),
  kubectlCache: join(clusterDir, 'kubectl-cache'),
  containerdSocket: join(clusterDir, 'containerd.sock'),
  containerdState: join(clusterDir, 'data', 'containerd-state'),
};

export const kubernetesVersion = '1.34.4';
export const nodeName = 'testcar-node';

/** One bridge is the pods' network and, with its own address, the node's: pods reach the host by it. */
export const bridge = 'testcar0';
export const nodeIp = '10.244.0.1';
export const podCidr = '10.244.0.0/16';
export const serviceCidr = '10.96.0.0/16';
export const kubernetesServiceIp = '10.96.0.1';
export const dnsIp = '10.96.0.10';

/** All of the cluster's processes and containers live below this control group: that is how `down` knows them. */
export const cgroupName = 'testcar-gate';
/** Marks our firewall rules and our CNI results among those of others. */
export const ourMark = 'testcar-gate';

export const port = {
  apiserver: 16443,
  etcdClient: 16379,
  etcdPeer: 16380,
  controllerManager: 16257,
  scheduler: 16259,
  kubelet: 16250,
  kubeletHealth: 16248,
  proxyHealth: 16256,
  proxyMetrics: 16249,
  dns: 16053,
  registry: 15000,
};

export const registry = `127.0.0.1:${port.registry}`;
export const apiserverUrl = `https://127.0.0.1:${port.apiserver}`;
