import process from 'node:process';
import { RUN_LABEL } from '../core/plan/naming.ts';
import type { Host, Output } from '../ports.ts';
import type { ClusterFound } from './front-end.ts';
import { leftBehindFromText, sweep } from './left-behind.ts';
import { takeOverProcess } from './life.ts';
import { realOutside } from './outside.ts';

export type PostParts = {
  host: Host;
  output: Output;
  /** What the main step wrote, if it came that far. */
  readState(): Promise<string | undefined>;
  findCluster(signal: AbortSignal): Promise<ClusterFound>;
};

/**
 * The post step: deletes what a killed main step left. It never fails the pipeline, because the main step has told the
 * verdict; what it could not delete has its own deadline and TTL in the cluster.
 */
export async function runPost(makeParts: () => PostParts): Promise<void> {
  const life = takeOverProcess(process);
  const parts = makeParts();
  try {
    const left = leftBehindFromText(await parts.readState());
    if (left.length > 0) {
      parts.host.say('The main step did not clean up; deleting what it left behind.');
      for (const line of await deleteAll(left, parts, life.signal)) parts.host.say(line);
    }
  } catch (error) {
    parts.host.say(
      `The clean-up failed: ${error instanceof Error ? error.message : 'unknown error'}. Deadline and TTL of the Job remove what is left.`,
    );
  }
  await parts.output.flush();
  life.end(0);
}

async function deleteAll(
  left: Parameters<typeof sweep>[0],
  parts: PostParts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await parts.findCluster(signal);
  const connected = found.ok ? await realOutside.connect(found.source) : undefined;
  if (!found.ok || !connected?.ok) {
    return ['There is no connection to the cluster; deadline and TTL of the Job remove what is left.'];
  }
  const { connection } = connected;
  for (const secret of found.secrets) parts.host.mask(secret);
  connection.onSecret((secret) => {
    parts.host.mask(secret);
  });
  try {
    return await sweep(left, realOutside.clusterPorts(connection).objects, RUN_LABEL);
  } finally {
    connection.close();
  }
}
