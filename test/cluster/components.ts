import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { nodeIp, nodeName, path, podCidr, port, serviceCidr } from './layout.ts';
import type { Program } from './processes.ts';

const pki = (name: string) => join(path.pki, name);
const config = (name: string) => join(path.config, name);
const etcdUrl = `http://127.0.0.1:${port.etcdClient}`;
const etcdPeerUrl = `http://127.0.0.1:${port.etcdPeer}`;

/** Tests create and watch in bursts: the clients' own rate limits would be the slowest part of the cluster. */
const noClientLimit = ['--kube-api-qps=500', '--kube-api-burst=1000'];

function flags(values: Record<string, string | number | boolean>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** Not Debian's etcd: 3.4 lacks RequestWatchProgress, without which the API server times out consistent watches. */
export function etcd({ kubernetes }: Binaries): Program {
  const args = flags({
    name: 'testcar',
    'data-dir': join(path.data, 'etcd'),
    'listen-client-urls': etcdUrl,
    'advertise-client-urls': etcdUrl,
    'listen-peer-urls': etcdPeerUrl,
    'initial-advertise-peer-urls': etcdPeerUrl,
    'initial-cluster': `testcar=${etcdPeerUrl}`,
    // `down` throws the data away: nothing is worth waiting for the disk.
    'unsafe-no-fsync': true,
    'log-level': 'warn',
  });
  return { name: 'etcd', command: kubernetes, args: ['etcd', ...args] };
}

export const containerd: Program = {
  name: 'containerd',
  command: 'containerd',
  args: ['--config', config('containerd.toml'), '--log-level', 'warn'],
};

export const imageRegistry: Program = {
  name: 'registry',
  command: 'docker-registry',
  args: ['serve', config('registry.yaml')],
};

export function apiserver({ kubernetes }: Binaries): Program {
  const args = flags({
    'etcd-servers': etcdUrl,
    'secure-port': port.apiserver,
    // Pods reach it by the bridge's address and everybody else by loopback, so it listens on all;
    // without a client certificate or token it answers nothing.
    'bind-address': '0.0.0.0',
    'anonymous-auth': false,
    'advertise-address': nodeIp,
    'client-ca-file': pki('ca.crt'),
    'tls-cert-file': pki('apiserver.crt'),
    'tls-private-key-file': pki('apiserver.key'),
    'service-account-key-file': pki('service-accounts.key'),
    'service-account-signing-key-file': pki('service-accounts.key'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-cluster-ip-range': serviceCidr,
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': true,
    'kubelet-certificate-authority': pki('ca.crt'),
    'kubelet-client-certificate': pki('admin.crt'),
    'kubelet-client-key': pki('admin.key'),
    'kubelet-preferred-address-types': 'InternalIP',
    'audit-policy-file': config('audit-policy.yaml'),
    'audit-log-path': path.auditLog,
    // A line is in the file before its request is answered: tests read it without waiting.
    'audit-log-mode': 'blocking-strict',
  });
  return { name: 'kube-apiserver', command: kubernetes, args: ['kube-apiserver', ...args] };
}

export function controllerManager({ kubernetes }: Binaries): Program {
  const args = flags({
    kubeconfig: config('controller-manager.kubeconfig'),
    'secure-port': port.controllerManager,
    'bind-address': '127.0.0.1',
    'leader-elect': false,
    'use-service-account-credentials': true,
    'root-ca-file': pki('ca.crt'),
    'service-account-private-key-file': pki('service-accounts.key'),
    'concurrent-job-syncs': 20,
  });
  const command = ['kube-controller-manager', ...args, ...noClientLimit];
  return { name: 'kube-controller-manager', command: kubernetes, args: command };
}

export function scheduler({ kubernetes }: Binaries): Program {
  const args = flags({
    kubeconfig: config('scheduler.kubeconfig'),
    'secure-port': port.scheduler,
    'bind-address': '127.0.0.1',
    'leader-elect': false,
  });
  return { name: 'kube-scheduler', command: kubernetes, args: ['kube-scheduler', ...args, ...noClientLimit] };
}

export function proxy({ kubernetes }: Binaries): Program {
  const args = flags({
    kubeconfig: config('proxy.kubeconfig'),
    'proxy-mode': 'iptables',
    'cluster-cidr': podCidr,
    'hostname-override': nodeName,
    'healthz-bind-address': `127.0.0.1:${port.proxyHealth}`,
    'metrics-bind-address': `127.0.0.1:${port.proxyMetrics}`,
    // The next four leave the machine's conntrack and loopback sysctls as they are.
    'conntrack-max-per-core': 0,
    'conntrack-tcp-timeout-established': 0,
    'conntrack-tcp-timeout-close-wait': 0,
    'iptables-localhost-nodeports': false,
    // A new Service works after this at the latest; the default of 1 s shows in every short test.
    'iptables-min-sync-period': '100ms',
  });
  return { name: 'kube-proxy', command: kubernetes, args: ['kube-proxy', ...args] };
}

export function kubelet({ kubernetes }: Binaries): Program {
  const args = flags({
    kubeconfig: config('kubelet.kubeconfig'),
    config: config('kubelet.yaml'),
    'hostname-override': nodeName,
    'node-ip': nodeIp,
    'root-dir': join(path.data, 'kubelet'),
    'cert-dir': path.pki,
  });
  return { name: 'kubelet', command: kubernetes, args: ['kubelet', ...args] };
}

export function dns({ coredns }: Binaries): Program {
  return { name: 'coredns', command: coredns, args: ['-conf', config('Corefile')] };
}
