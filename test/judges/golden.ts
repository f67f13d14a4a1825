import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';

export const GOLDENS = join(import.meta.dirname, '..', 'goldens');

/** Compares with the stored file; a missing one fails. `UPDATE_GOLDENS=1` writes what is given instead. */
export function expectGolden(path: string, actual: string): void {
  const file = join(GOLDENS, path);
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  expect(existsSync(file), `golden ${path} is missing: check the output, then run once with UPDATE_GOLDENS=1`).toBe(
    true,
  );
  expect(actual).toBe(readFileSync(file, 'utf8'));
}
