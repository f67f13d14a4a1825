import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fail } from '../../src/core/judge/prove.ts';
import type { Verdict } from '../../src/core/judge/verdict.ts';
import { Cancelled } from '../../src/gate/cancelled.ts';
import { runFrontEnd } from '../../src/main/run-front-end.ts';
import type { Access } from '../../src/ports.ts';
import { aReport, makeWorld, PASSED, quietLife } from './stand-ins.ts';

const TESTS_FAILED = fail({ cause: 'TestsFailed', evidence: { object: 'job/x' } }, []);

/** `CLASS Cause` of the one report, and the exit code. */
async function outcome(world: ReturnType<typeof makeWorld>, life = quietLife()) {
  await runFrontEnd(world.parts, world.outside, life);
  const { verdict } = world.host.theReport();
  return {
    verdict: verdict.kind === 'failed' ? `${verdict.class} ${verdict.finding.cause}` : verdict.class,
    codes: life.codes,
  };
}

describe('a run that begins', () => {
  it('a pass ends with 0', async () => {
    const world = makeWorld({ runGate: async () => aReport(PASSED) });
    expect(await outcome(world)).toEqual({ verdict: 'PASSED', codes: [0] });
  });

  it('a failure ends with its class', async () => {
    const world = makeWorld({ runGate: async () => aReport(TESTS_FAILED) });
    expect(await outcome(world)).toEqual({ verdict: 'TEST_FAILED TestsFailed', codes: [1] });
  });

  it('gets the parsed options, the namespace of the connection and the Job', async () => {
    const world = makeWorld({ runGate: async () => aReport(PASSED) });
    await outcome(world);
    expect(world.runs).toHaveLength(1);
    expect(world.runs[0]).toMatchObject({
      namespace: 'from-context',
      manifests: undefined,
      options: { mode: 'observe', deployment: 'web' },
      testcarJob: { kind: 'Job', metadata: { namespace: 'from-context' } },
    });
  });

  it('masks every secret before the gate can print', async () => {
    const world = makeWorld({
      runGate: async () => {
        expect(world.host.secrets).toEqual(['front-end-secret', 'connection-secret']);
        return aReport(PASSED);
      },
    });
    expect((await outcome(world)).codes).toEqual([0]);
  });

  it('closes the connection', async () => {
    const world = makeWorld({ runGate: async () => aReport(TESTS_FAILED) });
    await outcome(world);
    expect(world.connection.closed).toBe(1);
  });

  it('asks for the server version once, however often the gate does', async () => {
    let asked = 0;
    const world = makeWorld({
      runGate: async (_, ports) => {
        await ports.access.serverVersion();
        await ports.access.serverVersion();
        return aReport(PASSED);
      },
    });
    const { clusterPorts } = world.outside;
    world.outside.clusterPorts = (connection) => {
      const ports = clusterPorts(connection);
      const serverVersion = () => {
        asked += 1;
        return ports.access.serverVersion();
      };
      return { ...ports, access: { ...allOf(ports.access), serverVersion } };
    };
    await outcome(world);
    expect(asked).toBe(1);
  });
});

function allOf(access: Access): Access {
  return {
    serverVersion: () => access.serverVersion(),
    missing: (namespace, needs) => access.missing(namespace, needs),
    untilAnswers: (forMs, signal) => access.untilAnswers(forMs, signal),
  };
}

describe('input that is wrong', () => {
  it('options, manifests and cluster in one report, and nothing is run', async () => {
    const world = makeWorld({
      raw: { mode: 'previw', manifests: 'absent.yaml', minTests: 'x' },
      connect: { ok: false, problem: { kind: 'missing', message: 'no kubeconfig anywhere' } },
      parts: {
        readInputs: async () => ({
          raw: { mode: 'previw', manifests: 'absent.yaml', minTests: 'x', testcarImage: 'r/t:1', pipelineRun: 'p' },
          problems: [{ input: '--zzz', found: '--zzz', expected: 'an option that exists' }],
        }),
      },
    });
    expect(await outcome(world)).toEqual({ verdict: 'CONFIG_ERROR InputInvalid', codes: [64] });
    const { verdict, reportDir } = world.host.theReport();
    const details = verdict.kind === 'failed' ? verdict.finding.evidence.details : [];
    expect(details?.map(({ label }) => label)).toEqual(['--zzz', '--mode', '--min-tests', 'absent.yaml', 'cluster']);
    expect(reportDir).toBe(join(import.meta.dirname, 'default-report'));
    expect(world.runs).toEqual([]);
  });

  it('problems are located by the front end', async () => {
    const world = makeWorld({
      parts: {
        readInputs: async () => ({
          raw: { mode: 'y' },
          problems: [],
          locate: (problems) => problems.map((problem) => ({ ...problem, input: `gate.yaml ${problem.input}` })),
        }),
      },
    });
    await outcome(world);
    const { verdict } = world.host.theReport();
    expect(verdict.kind === 'failed' && verdict.finding.evidence.details?.[0]?.label).toBe('gate.yaml --mode');
  });

  it('only the cluster is missing: its own cause', async () => {
    const world = makeWorld({ connect: { ok: false, problem: { kind: 'missing', message: 'nothing there' } } });
    expect(await outcome(world)).toEqual({ verdict: 'CONFIG_ERROR ClusterConfigMissing', codes: [64] });
  });

  it('the connection of a refused input is closed', async () => {
    const world = makeWorld({ raw: { mode: 'y' } });
    await outcome(world);
    expect(world.connection.closed).toBe(1);
  });

  it('the report goes where the input says, also when other input is wrong', async () => {
    const world = makeWorld({ raw: { mode: 'y', reportDir: 'there' } });
    await outcome(world);
    expect(world.host.theReport().reportDir).toBe(join(import.meta.dirname, 'there'));
  });

  it('Azure does not answer: trouble of the cluster’s side, not of the input', async () => {
    const error = {
      kind: 'unreachable',
      message: 'no answer',
      httpStatus: undefined,
      reason: undefined,
      code: 'ETIMEDOUT',
      retryAfterMs: undefined,
    } as const;
    const world = makeWorld({ parts: { findCluster: async () => ({ ok: false, problems: [], error }) } });
    expect((await outcome(world)).codes).toEqual([4]);
  });
});

// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- not all that is thrown is an Error
const rejectText = (): Promise<never> => Promise.reject('bug');

describe('what must never open the gate', () => {
  it.each<{ name: string; world: () => ReturnType<typeof makeWorld> }>([
    { name: 'the gate throws', world: () => makeWorld({ runGate: async () => Promise.reject(new Error('bug')) }) },
    {
      name: 'the inputs throw',
      world: () => makeWorld({ parts: { readInputs: async () => Promise.reject(new Error('bug')) } }),
    },
    {
      name: 'the cluster lookup throws',
      world: () => makeWorld({ parts: { findCluster: async () => Promise.reject(new Error('bug')) } }),
    },
    {
      name: 'something that is no error is thrown',
      world: () => makeWorld({ runGate: async () => rejectText() }),
    },
  ])('$name', async ({ world }) => {
    expect(await outcome(world())).toEqual({ verdict: 'INCONCLUSIVE GateInternalError', codes: [5] });
  });

  it.each<{ name: string; verdict: Verdict; code: number }>([
    { name: 'a pass that cannot be told', verdict: PASSED, code: 5 },
    { name: 'a failure that cannot be told keeps its class', verdict: TESTS_FAILED, code: 1 },
  ])('$name', async ({ verdict, code }) => {
    const world = makeWorld({ runGate: async () => aReport(verdict) });
    world.host.reportFailure = new Error('disk full');
    const life = quietLife();
    await runFrontEnd(world.parts, world.outside, life);
    expect(life.codes).toEqual([code]);
    expect(world.host.said).toEqual(['The report could not be shown: Error: disk full']);
  });

  it('the host cannot even be made', async () => {
    const world = makeWorld({ parts: { openHost: async () => Promise.reject(new Error('broken')) } });
    const life = quietLife();
    await runFrontEnd(world.parts, world.outside, life);
    expect(life.codes).toEqual([5]);
  });

  it('a crash outside of every await, although the gate passed', async () => {
    const world = makeWorld({ runGate: async () => aReport(PASSED) });
    const life = { ...quietLife(), crashed: () => ({ error: new Error('late') }) };
    expect(await outcome(world, life)).toEqual({ verdict: 'INCONCLUSIVE GateInternalError', codes: [5] });
  });
});

describe('cancellation', () => {
  it.each([
    { signalName: 'SIGINT', code: 130 },
    { signalName: 'SIGTERM', code: 143 },
  ] as const)(
    'before the gate began, by $signalName: not even a hanging credential plugin holds it',
    async ({ signalName, code }) => {
      const cancel = new AbortController();
      const world = makeWorld({
        parts: {
          findCluster: () => {
            cancel.abort(new Cancelled(signalName));
            return new Promise(() => undefined);
          },
        },
      });
      expect(await outcome(world, quietLife(cancel.signal))).toEqual({ verdict: 'CANCELLED Cancelled', codes: [code] });
    },
  );

  it('during the run: the gate gets the signal and decides the end', async () => {
    const cancel = new AbortController();
    const cancelled = fail({ cause: 'Cancelled', evidence: { object: 'run/x', reason: 'SIGINT' } }, []);
    const world = makeWorld({
      runGate: async (_input, _ports, signal) => {
        cancel.abort(new Cancelled('SIGINT'));
        expect(signal.aborted).toBe(true);
        return aReport(cancelled);
      },
    });
    expect(await outcome(world, quietLife(cancel.signal))).toEqual({ verdict: 'CANCELLED Cancelled', codes: [130] });
  });
});
