import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/adapters/cli/config-file.ts';
import { parseManifests } from '../../src/adapters/files/manifest-reader.ts';
import { LineSplitter } from '../../src/adapters/kubernetes/lines.ts';
import { loadKubeConfig } from '../../src/adapters/kubernetes/kubeconfig.ts';
import { decodeFrames } from '../core/courier/decode.ts';
import type { InputProblem } from '../../src/core/options/options.ts';
import { RAW_BYTES } from '../judges/injections.ts';
import { fuzzed, hostileText } from './texts.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: a
contexts: [{ name: a, context: { cluster: a, user: a } }]
clusters: [{ name: a, cluster: { server: 'https://k.example', insecure-skip-tls-verify: true } }]
users: [{ name: a, user: { token: t } }]
`;
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: &l { app: web } }
spec: { selector: { matchLabels: *l }, template: { metadata: { labels: *l } } }
---
kind: List
items: [{ kind: Service }]
`;
const CONFIG = 'mode: preview\nmanifests: [a.yaml]\nminTests: 1\n';

/** A text in which pieces are replaced by others, hostile ones too. */
function damaged(text: string): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat(text.length),
    fc.nat(20),
    fc.oneof(hostileText, fc.constantFrom('', ':', '- ', '&a', '*a')),
  );
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text),
    );
}

describe('what comes from files', () => {
  test('a damaged kubeconfig is a problem or a configuration, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(KUBECONFIG), async (kubeconfig) => {
        const loaded = await loadKubeConfig({ kind: 'text', kubeconfig });
        expect(typeof loaded.ok).toBe('boolean');
      }),
      fuzzed(300),
    );
  });

  test('a damaged manifest', () => {
    fc.assert(
      fc.property(damaged(MANIFEST), (text) => {
        const problems: InputProblem[] = [];
        expect(Array.isArray(parseManifests(text, 'web.yaml', problems))).toBe(true);
      }),
      fuzzed(300),
    );
  });

  test('a damaged config file', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(CONFIG), async (text) => {
        const { problems } = await readConfigFile('gate.yaml', text);
        expect(Array.isArray(problems)).toBe(true);
      }),
      fuzzed(300),
    );
  });
});

describe('what comes from a log', () => {
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const base64 = Buffer.from('a courier delivers this archive, or what is left of it').toString('base64');
  const half = base64.length / 2;
  const frames = [
    `begin files=1 chars=${base64.length} pack=gzip`,
    `1 ${base64.slice(0, half)}.`,
    `2 ${base64.slice(half)}.`,
    `end frames=2 sha256=${hashOf(base64)}`,
  ].map((line) => `testcar-gate/1 run-1 ${line}`);

  test('a damaged delivery is a problem, or what was sent', () => {
    const sent = frames.join('\n');
    expect(decodeFrames(sent, 'run-1')).toMatchObject({ ok: true, base64 });
    fc.assert(
      fc.property(damaged(sent), (log) => {
        const decoded = decodeFrames(log, 'run-1');
        // What only changed letters is found by the hash, which the reader of the archive computes again.
        if (decoded.ok && hashOf(decoded.base64) === decoded.sha256) expect(decoded.base64).toBe(base64);
      }),
      fuzzed(2_000),
    );
  });

  test('lines are the same wherever the chunks end', () => {
    const bytes = fc.oneof(
      hostileText.map((text) => Buffer.from(`${text}\n`)),
      fc.constantFrom(...RAW_BYTES.map((one) => one.bytes)),
      fc.uint8Array({ maxLength: 30 }).map((array) => Buffer.from(array)),
    );
    const read = (chunks: readonly Buffer[]): readonly string[] => {
      const lines: string[] = [];
      const splitter = new LineSplitter(100_000, '', (line) => lines.push(line));
      for (const chunk of chunks) splitter.push(chunk);
      return [...lines, splitter.rest()];
    };
    fc.assert(
      fc.property(
        fc.array(bytes, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (parts, cuts) => {
          const whole = Buffer.concat(parts);
          const ends = [...cuts.filter((cut) => cut <= whole.length).sort((a, b) => a - b), whole.length];
          const chunks = ends.map((end, i) => whole.subarray(ends[i - 1] ?? 0, end));
          expect(read(chunks)).toEqual(read([whole]));
        },
      ),
      fuzzed(1_000),
    );
  });
});
