import type { Clock, Ports } from '../../ports.ts';
import { kubernetesAccess } from './access.ts';
import type { Connection } from './connect.ts';
import { kubernetesLogs } from './logs.ts';
import { kubernetesObjects } from './objects.ts';
import { makeApi } from './request.ts';
import { kubernetesWatching } from './watching.ts';

export {
  type ConnectOutcome,
  type Connection,
  type ConnectionProblem,
  type ConnectionSource,
  loadConnection,
} from './connect.ts';

/** The four ports that talk to a cluster, over one connection. `random` is in [0, 1), as Math.random. */
export function kubernetesPorts(
  connection: Connection,
  clock: Clock,
  random: () => number,
): Pick<Ports, 'objects' | 'access' | 'watching' | 'logs'> {
  const api = makeApi(connection, clock, random);
  return {
    objects: kubernetesObjects(api),
    access: kubernetesAccess(api),
    watching: kubernetesWatching(api),
    logs: kubernetesLogs(api),
  };
}
