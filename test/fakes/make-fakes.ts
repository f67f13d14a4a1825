import type { Ports } from '../../src/ports.ts';
import { FakeAttachments } from './fake-attachments.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { FakeHost } from './fake-host.ts';
import { FakeResults } from './fake-results.ts';

export type Fakes = {
  clock: FakeClock;
  cluster: FakeCluster;
  host: FakeHost;
  results: FakeResults;
  attachments: FakeAttachments;
  ports: Ports;
};

/** One of each fake, and the ports made of them. */
export function makeFakes(startMs = 0): Fakes {
  const clock = new FakeClock(startMs);
  const cluster = new FakeCluster(clock);
  const host = new FakeHost();
  const results = new FakeResults();
  const attachments = new FakeAttachments();
  const { objects, access, watching, logs } = cluster;
  const ports = { objects, access, watching, logs, results, attachments, clock, host };
  return { clock, cluster, host, results, attachments, ports };
}
