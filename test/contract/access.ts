import { expect, it } from 'vitest';
import type { Access, AccessNeed } from '../../src/ports.ts';

/** `granted` is allowed and `refused` is not, for the identity behind `access`, in `namespace`. */
export type AccessSubject = { access: Access; namespace: string; granted: AccessNeed; refused: AccessNeed };

/** What the gate relies on in every implementation of Access. Call inside a `describe`. */
export function accessContract(make: () => Promise<AccessSubject> | AccessSubject): void {
  it('tells the version', async () => {
    const { access } = await make();
    const version = await access.serverVersion();
    expect(version.ok && version.value.gitVersion).toMatch(/^v\d+\.\d+/);
  });

  it('sees at once that the server answers', async () => {
    const { access } = await make();
    expect(await access.untilAnswers(5_000, new AbortController().signal)).toBe(true);
  });

  it('gives back exactly what is not allowed', async () => {
    const { access, namespace, granted, refused } = await make();
    expect(await access.missing(namespace, [granted, refused])).toEqual({ ok: true, value: [refused] });
    expect(await access.missing(namespace, [granted])).toEqual({ ok: true, value: [] });
    expect(await access.missing(namespace, [])).toEqual({ ok: true, value: [] });
  });
}
