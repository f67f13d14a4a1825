import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bridge, cgroupName, dnsIp, nodeIp, ourMark, path, podCidr, port, registry } from './layout.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { auditedGroup } from './users.ts';

/** Debian's package containernetworking-plugins puts them here. */
const cniPlugins = '/usr/lib/cni';

export async function writeConfigFiles(): Promise<void> {
  const cni = join(path.config, 'cni');
  await mkdir(cni, { recursive: true, mode: 0o700 });
  const texts: Record<string, string> = {
    'containerd.toml': containerdToml(cni),
    'cni/testcar.conflist': JSON.stringify(cniConfig),
    'kubelet.yaml': stringify(kubeletConfig),
    'resolv.conf': '# No name servers: with dnsPolicy Default a pod knows no names.\n',
    'registry.yaml': stringify(registryConfig),
    'audit-policy.yaml': stringify(auditPolicy),
    Corefile: corefile,
  };
  await Promise.all([
    ...Object.entries(texts).map(([name, text]) => writeFile(join(path.config, name), text)),
    ...['controller-manager', 'scheduler', 'proxy', 'kubelet'].map((name) =>
      writeKubeconfig(join(path.config, `${name}.kubeconfig`), name),
    ),
    writeKubeconfig(path.kubeconfig, 'admin'),
  ]);
}

function containerdToml(cniConfigDir: string): string {
  return `version = 2
root = "${join(path.data, 'containerd')}"
state = "${path.containerdState}"
# None of these snapshotters is used; each tries and warns.
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
  address = "${path.containerdSocket}"

[plugins."io.containerd.internal.v1.opt"]
  path = "${join(path.data, 'containerd-opt')}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without CAP_SYS_RESOURCE (a container, a micro-VM) runc may not lower oom_score_adj and fails.
  restrict_oom_score_adj = true
  # The pods' network namespaces are then below our folder and not in /var/run/netns.
  netns_mounts_under_state_dir = true

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  Root = "${join(path.data, 'runc')}"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${cniPlugins}"
  conf_dir = "${cniConfigDir}"
`;
}

/** No masquerading and no port mapping: pods reach the node and each other, nothing outside, and no rules are left behind. */
const cniConfig = {
  cniVersion: '0.4.0',
  name: ourMark,
  plugins: [
    {
      type: 'bridge',
      bridge,
      isGateway: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        ranges: [[{ subnet: podCidr, gateway: nodeIp }]],
        routes: [{ dst: '0.0.0.0/0' }],
        dataDir: join(path.data, 'cni'),
      },
    },
  ],
};

const kubeletConfig = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: nodeIp,
  port: port.kubelet,
  healthzPort: port.kubeletHealth,
  tlsCertFile: join(path.pki, 'kubelet.crt'),
  tlsPrivateKeyFile: join(path.pki, 'kubelet.key'),
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: join(path.pki, 'ca.crt') },
  },
  authorization: { mode: 'Webhook' },
  containerRuntimeEndpoint: `unix://${path.containerdSocket}`,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroupName}`,
  cgroupsPerQOS: true,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  clusterDomain: 'cluster.local',
  clusterDNS: [dnsIp],
  // The machine's own search domains and name servers must not decide what a pod can resolve.
  resolvConf: join(path.config, 'resolv.conf'),
  podLogsDir: join(path.data, 'pod-logs'),
  volumePluginDir: join(path.data, 'volume-plugins'),
  // kube-proxy makes the chains it needs itself.
  makeIPTablesUtilChains: false,
  maxPods: 250,
  // A log is in several files within seconds: tests see what a reader gets of it then. 3 s is the least that is allowed.
  containerLogMaxSize: '1Mi',
  containerLogMonitorInterval: '3s',
  // Tests are not evicted because a developer's disk is nearly full, and their images stay.
  evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  imageGCHighThresholdPercent: 100,
  // 0 means: no limit (KubeletConfiguration v1beta1).
  registryPullQPS: 0,
  // Here 0 would end in the client's own default of 5 a second, and events of parallel tests would come minutes late.
  eventRecordQPS: 500,
  eventBurst: 1000,
  kubeAPIQPS: 500,
  kubeAPIBurst: 1000,
  serializeImagePulls: false,
};

const registryConfig = {
  version: '0.1',
  log: { level: 'warn', accesslog: { disabled: true } },
  storage: { filesystem: { rootdirectory: join(path.data, 'registry') }, delete: { enabled: true } },
  http: { addr: registry },
};

const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', userGroups: [auditedGroup] }, { level: 'None' }],
};

/** Every name that is not the cluster's is answered NXDOMAIN at once: no test can hang on, or depend on, the outside. */
const corefile = `cluster.local:${port.dns} {
  bind ${nodeIp}
  errors
  kubernetes cluster.local {
    kubeconfig ${path.kubeconfig}
    pods insecure
    ttl 1
  }
}
.:${port.dns} {
  bind ${nodeIp}
  errors
  template ANY ANY {
    rcode NXDOMAIN
  }
}
`;
