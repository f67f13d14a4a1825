import { describe } from 'vitest';
import { inContainer } from './example-manifests.ts';
import { lastLine } from './gate-process.ts';
import { type World, expect, expectOutcome, test } from './world.ts';

const PASSED = { exitCode: 0, class: 'PASSED' } as const;

function shell(world: World, script: string): Promise<{ testcarManifest: string }> {
  return world.testcar({ edits: [[inContainer('command'), ['sh', '-c', script]]] });
}

/** JUnit whose tests printed so many bytes that no compression makes smaller. */
const incompressible = (bytes: number): string =>
  `{ echo "<testsuite name='big'><testcase name='a'><system-out>"; head -c ${bytes} /dev/urandom | base64
     echo "</system-out></testcase><testcase name='b'/></testsuite>"; } > $TESTCAR_RESULTS_DIR/big.xml`;

describe('results larger than one file of the log', () => {
  // 10 MiB is where the node changes files; 100 MB come as some 130 MB of log.
  // 10 MiB is where the node changes files; 75 MB of random bytes are 100 MB of text.
  for (const bytes of [12_000_000, 75_000_000]) {
    test(`${bytes} random bytes come whole`, { timeout: 600_000 }, async ({ world }) => {
      const run = await world.gate({ ...(await world.sut()), ...(await shell(world, incompressible(bytes))) });

      await expectOutcome(run, PASSED);
      expect(lastLine(run)).toContain('PASSED 2 tests');
    });
  }
});
