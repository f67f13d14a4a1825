import { Resolver } from 'node:dns/promises';
import { createObject } from './api.ts';
import { dnsIp, kubernetesServiceIp, nodeIp, port } from './layout.ts';

const ports = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
];

/** CoreDNS is an ordinary process of the host, so its Service has no selector and its endpoint is written by hand. */
export async function createDnsService(): Promise<void> {
  await createObject('/api/v1/namespaces/kube-system/services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns' },
    spec: { clusterIP: dnsIp, ports },
  });
  await createObject('/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kube-dns-host', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    addressType: 'IPv4',
    ports: ports.map((each) => ({ ...each, port: port.dns })),
    endpoints: [{ addresses: [nodeIp], conditions: { ready: true } }],
  });
}

/** Asks at the Service's address: an answer proves CoreDNS, its view of the API, and kube-proxy's rules. */
export async function dnsAnswers(): Promise<boolean> {
  // A new resolver each time: conntrack remembers a port that was used before the rules were there.
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([dnsIp]);
  try {
    return (await resolver.resolve4('kubernetes.default.svc.cluster.local')).includes(kubernetesServiceIp);
  } catch {
    return false;
  }
}
