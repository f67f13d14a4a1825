import { COURIER_NAME } from '../core/courier/containers.ts';
import type { ResultsRead } from '../core/model/results.ts';
import type { Observation, Pod } from '../core/model/seen.ts';
import type { Plan } from '../core/plan/plan.ts';
import { ATTACHMENTS_DIR, AttachmentNames } from '../core/report/attachment-name.ts';
import type { Attachments } from '../core/model/attachments.ts';
import type { CourierReading, KeepAttachments, Ports } from '../ports.ts';

/** Once the pod has ended, its courier's log is given up when nothing of it came for so long. */
const STALLED_MS = 30_000;
/** Logs of couriers whose tests still run that are followed at the same time; the others are from the end of their tests on. */
const MAX_EARLY = 32;
/** A folder that many runs report into still holds the attachments of the earlier ones, and none is overwritten. */
const MAX_TAKEN = 100;

type Progress = { lines: number; isWhole: boolean };
type Following = {
  /** Of the courier: an instance that was replaced has nothing to deliver. */
  restart: number;
  read: Promise<ResultsRead>;
  reading: CourierReading;
  progress: Progress;
  stop: AbortController;
};

/**
 * Reads the couriers' logs while they are written: a node serves only the newest file of a log that it has rotated
 * (containerLogMaxSize), so large results cannot be read afterwards. It begins with the courier, long before that has
 * anything to send: from the moment at which the tests end, some MiB can be written and moved away before a busy gate hears
 * of that moment.
 */
export class Couriers {
  readonly #plan: Plan;
  readonly #jobUid: string;
  readonly #ports: Ports;
  readonly #signal: AbortSignal;
  readonly #names: AttachmentNames;
  /** By pod UID. */
  readonly #following = new Map<string, Following>();

  constructor(plan: Plan, jobUid: string, ports: Ports, signal: AbortSignal) {
    this.#plan = plan;
    this.#jobUid = jobUid;
    this.#ports = ports;
    this.#names = new AttachmentNames((text) => ports.host.withoutSecrets(text));
    this.#signal = signal;
  }

  look(seen: Observation): void {
    if (this.#plan.options.results !== 'courier') return;
    for (const pod of seen.testcarPods) {
      if (pod.meta.controllerUid !== this.#jobUid || !this.#isDue(pod)) continue;
      const known = this.#following.get(pod.meta.uid);
      // Also one that has sent all that was there: if it is restarted, it was not the end of the tests that ended it.
      if (known !== undefined && known.restart >= restartOf(pod)) continue;
      known?.stop.abort(new Error('its courier was restarted'));
      this.#following.set(pod.meta.uid, this.#follow(pod));
    }
  }

  /** The run has ended without asking for more: what is not sent yet is not waited for. */
  leave(seen: Observation): void {
    const over = new Set(seen.testcarPods.filter((pod) => this.#hasDelivery(pod)).map(({ meta }) => meta.uid));
    for (const [uid, { stop }] of this.#following) if (!over.has(uid)) stop.abort(new Error('nobody asks for it'));
  }

  /** What the courier of an ended pod delivered; undefined when its log was never followed. */
  async deliveryOf(pod: Pod): Promise<ResultsRead | undefined> {
    const following = this.#following.get(pod.meta.uid);
    if (following === undefined) return undefined;
    const settled = new AbortController();
    const signal = AbortSignal.any([this.#signal, settled.signal]);
    const read = following.read.finally(() => {
      settled.abort();
    });
    for (let before = -1; before < following.progress.lines && !settled.signal.aborted;) {
      before = following.progress.lines;
      await Promise.race([read, this.#ports.clock.sleep(STALLED_MS, signal).catch(() => undefined)]);
    }
    following.stop.abort(new Error('nothing more comes'));
    return read;
  }

  /** Of all couriers that were followed; after their deliveries. */
  async attachments(): Promise<Attachments> {
    const all = await Promise.all([...this.#following.values()].map(({ reading }) => reading.attachments()));
    return { files: all.flatMap(({ files }) => files), lost: all.flatMap(({ lost }) => lost) };
  }

  #keep({ completionIndex }: Pod): KeepAttachments | undefined {
    const { attachments, attachmentsMaxBytes, reportDir, shards } = this.#plan.options;
    if (attachments.length === 0) return undefined;
    const shard = shards > 1 ? completionIndex : undefined;
    return {
      maxBytes: attachmentsMaxBytes,
      save: async (from, bytes, content) => {
        for (let tries = 0; tries < MAX_TAKEN; tries++) {
          const path = this.#names.next(from, shard);
          const saved = await this.#ports.attachments.save(`${reportDir}/${ATTACHMENTS_DIR}`, path, content);
          if (saved === 'saved')
            return { from, path: `${ATTACHMENTS_DIR}/${path}`, bytes, ...(shard !== undefined && { shard }) };
        }
        throw new Error(
          `files of that name are there from ${MAX_TAKEN} earlier runs: empty ${ATTACHMENTS_DIR} below reportDir`,
        );
      },
    };
  }

  #follow(pod: Pod): Following {
    const stop = new AbortController();
    const reading = this.#ports.results.courier(this.#plan.runId, this.#keep(pod));
    const progress: Progress = { lines: 0, isWhole: false };
    const read = this.#read(pod, reading, stop, progress);
    // Asked for after the Job's end, if at all.
    read.catch(() => undefined);
    return { read, reading, progress, stop, restart: restartOf(pod) };
  }

  async #read(pod: Pod, reading: CourierReading, stop: AbortController, progress: Progress): Promise<ResultsRead> {
    const restart = restartOf(pod);
    const { namespace } = this.#plan;
    const source = { namespace, pod: pod.meta.name, container: COURIER_NAME, restart, keepFiles: true } as const;
    let taken = Promise.resolve();
    const take = (lines: readonly string[]): Promise<void> => {
      progress.lines += lines.length;
      taken = taken.then(async () => {
        if ((await reading.take(lines)) !== 'whole') return;
        progress.isWhole = true;
        stop.abort(new Error('all of it has come'));
      });
      return taken;
    };
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    await this.#ports.logs.follow(source, take, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    await taken;
    return reading.end();
  }

  #isDue(pod: Pod): boolean {
    if (this.#hasDelivery(pod)) return true;
    const isUp = pod.containers.some(({ name, state }) => name === COURIER_NAME && state.kind === 'running');
    return isUp && (this.#following.has(pod.meta.uid) || this.#following.size < MAX_EARLY);
  }

  #hasDelivery({ phase, containers }: Pod): boolean {
    if (phase === 'Succeeded' || phase === 'Failed') return true;
    return containers.some(({ name, state }) => name === this.#plan.testcarContainer && state.kind === 'terminated');
  }
}

function restartOf({ containers }: Pod): number {
  return containers.find(({ name }) => name === COURIER_NAME)?.restartCount ?? 0;
}
