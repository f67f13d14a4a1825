import { existsSync } from 'node:fs';
import { run } from './commands.ts';
import { ClusterError } from './errors.ts';
import { addOurRules, foreignKubeProxy } from './firewall.ts';
import { bridge, nodeIp, podCidr, serviceCidr } from './layout.ts';
import { setSysctl } from './machine-state.ts';

const prefixLength = podCidr.slice(podCidr.indexOf('/'));

export async function createNetwork(): Promise<void> {
  const foreign = await foreignKubeProxy();
  if (foreign !== undefined) {
    throw new ClusterError(`another Kubernetes is at work on this machine: iptables has its chain ${foreign}`, {
      remedy: 'stop it, or test on it: TESTCAR_GATE_TEST_KUBECONFIG=/path/to/kubeconfig',
    });
  }
  if (!existsSync('/proc/sys/net/bridge')) await run('modprobe', ['br_netfilter']);
  await run('ip', ['-batch', '-'], {
    input: [
      // An address of its own: else the bridge takes a pod's, changes it when that pod ends, and the others lose the gateway.
      `link add ${bridge} address 02:74:65:73:74:00 type bridge`,
      `address add ${nodeIp}${prefixLength} dev ${bridge}`,
      `link set ${bridge} up`,
      // Service addresses without a rule must fail here and not leave by the machine's default route.
      `route add ${serviceCidr} dev ${bridge}`,
      '',
    ].join('\n'),
  });
  await setSysctl('net.ipv4.ip_forward', '1');
  // Packets from pod to pod stay on the bridge: only with this do kube-proxy's rules see them.
  await setSysctl('net.bridge.bridge-nf-call-iptables', '1');
  await addOurRules();
}

/** The host's ends of the pods' cables go with the bridge: waiting for the kernel to collect their namespaces is slow. */
export async function removeNetwork(): Promise<void> {
  if (!existsSync(`/sys/class/net/${bridge}`)) return;
  const shown = await run('ip', ['-oneline', 'link', 'show', 'master', bridge]);
  const cables = [...shown.matchAll(/^\d+: ([^:@]+)/gm)].map(([, name]) => `link delete ${name}`);
  await run('ip', ['-force', '-batch', '-'], { input: [...cables, `link delete ${bridge}`, ''].join('\n') });
}
