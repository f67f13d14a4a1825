import type { ApiError, Result } from '../../src/core/model/api-error.ts';
import type { ClockOffset } from '../../src/core/model/clock-offset.ts';
import type { Access, AccessNeed } from '../../src/ports.ts';

/** Allows everything but what `deny` names. */
export class FakeAccess implements Access {
  version = 'v1.34.1';
  clock: ClockOffset | undefined;
  /** Both calls give this error while it is set. */
  failure: ApiError | undefined;
  readonly asked: AccessNeed[] = [];
  readonly #denied: Partial<AccessNeed>[] = [];

  deny(...needs: Partial<AccessNeed>[]): void {
    this.#denied.push(...needs);
  }

  async serverVersion(): ReturnType<Access['serverVersion']> {
    return this.failure === undefined
      ? { ok: true, value: { gitVersion: this.version, clock: this.clock } }
      : { ok: false, error: this.failure };
  }

  /** How often somebody waited for an answer. */
  waits = 0;

  async untilAnswers(): Promise<boolean> {
    this.waits += 1;
    return this.failure === undefined;
  }

  async missing(_namespace: string, needs: readonly AccessNeed[]): Promise<Result<readonly AccessNeed[]>> {
    this.asked.push(...needs);
    if (this.failure !== undefined) return { ok: false, error: this.failure };
    return { ok: true, value: needs.filter((need) => this.#denied.some((denied) => covers(denied, need))) };
  }
}

function covers(denied: Partial<AccessNeed>, need: AccessNeed): boolean {
  return (['verb', 'group', 'resource', 'name'] as const).every(
    (field) => denied[field] === undefined || denied[field] === need[field],
  );
}
