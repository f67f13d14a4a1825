import { NAME } from './example-manifests.ts';
import { type World, expect } from './world.ts';

/** As a controller of somebody else may add one to a Service. The address is nobody's (RFC 5737). */
export async function holdEndpoint(world: World, ready: boolean): Promise<void> {
  const { namespace } = world;
  const answer = await world.kube.send('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${NAME}-by-hand`, namespace, labels: { 'kubernetes.io/service-name': NAME } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready } }],
  });
  expect(answer.status).toBe(201);
}
