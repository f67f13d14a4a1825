import { describe, expect, it } from 'vitest';
import { stringAt } from '../../src/core/model/json.ts';
import type { Report } from '../../src/core/report/report.ts';
import { Cancelled } from '../../src/gate/run.ts';
import { aCompleteJob, anApiError, resultsOf, aTestCase, exited, waiting, aContainer } from '../fakes/builders.ts';
import { type Fakes, makeFakes } from '../fakes/make-fakes.ts';
import { goodWorld, run, testsPass } from './gate-world.ts';

function cause(report: Report): string {
  return report.verdict.kind === 'passed' ? 'passed' : `${report.verdict.class} ${report.verdict.finding.cause}`;
}

/** What the run left in the cluster besides the SUT itself. */
function leftovers({ cluster }: Fakes): readonly string[] {
  return cluster.objects
    .all()
    .filter((object) => stringAt(object, 'metadata', 'labels', 'testcar-gate/run') !== undefined)
    .filter((object) => !['Pod', 'ReplicaSet'].includes(stringAt(object, 'kind') ?? ''))
    .map((object) => `${stringAt(object, 'kind') ?? ''}/${stringAt(object, 'metadata', 'name') ?? ''}`);
}

describe('preview', () => {
  it('passes, promotes and leaves nothing behind', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    const report = await run(fakes);
    if (report.verdict.kind === 'failed') throw new Error(JSON.stringify(report.verdict, null, 1));
    expect(cause(report)).toBe('passed');
    expect(report.results?.counts.tests).toBe(3);
    expect(report.unchanged).toBeUndefined();
    expect(report.phases.map(({ phase }) => phase)).toEqual([
      'preflight',
      'deploy',
      'ready',
      'test',
      'collect',
      'confirm',
      'settle',
      'settle',
      'report',
    ]);
    expect(leftovers(fakes)).toEqual([]);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('never touches the live Deployment when the tests fail', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(5_000, () => {
        world.finishJob(object, { exitCode: 1 });
      });
    });
    fakes.results.answers = [{ ok: true, results: resultsOf([aTestCase('a'), aTestCase('b', 'failed')]) }];
    const report = await run(fakes);
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    expect(
      fakes.cluster.objects.summary().filter((call) => call.startsWith('apply') && !call.endsWith('(dry run)')),
    ).toEqual([]);
    expect(leftovers(fakes)).toEqual([]);
  });

  it('closes on a SUT that never becomes ready, after exactly the ready timeout', async () => {
    const fakes = makeFakes();
    fakes.cluster.on('create', 'Deployment', (world, object) => {
      world.rollOut(object, { pod: { ready: false } });
    });
    const report = await run(fakes, { readyTimeout: '90s' });
    expect(cause(report)).toBe('SUT_NOT_READY SutNeverReady');
    const ready = report.phases.find(({ phase }) => phase === 'ready');
    expect((ready?.endedAtMs ?? 0) - (ready?.startedAtMs ?? 0)).toBe(90_000);
    // A silent log cannot be told from a hung process.
    expect(fakes.host.said.filter((line) => line.startsWith('still waiting for'))).toHaveLength(2);
    expect(leftovers(fakes)).toEqual([]);
  });

  it('closes early on an image of testcar that is not there', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object, {
        phase: 'Pending',
        ready: false,
        state: waiting('ErrImagePull', 'rpc error: code = NotFound desc = failed to pull: x: not found'),
      });
    });
    const report = await run(fakes);
    expect(cause(report)).toBe('TESTCAR_ERROR TestcarImageNotFound');
    expect(report.endedAtMs).toBeLessThan(60_000);
    expect(leftovers(fakes)).toEqual([]);
  });
});

describe('evidence that vanishes never opens the gate', () => {
  it('Job deleted while it runs', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(1_000, () => {
        world.remove('Job', stringAt(object, 'metadata', 'name') ?? '');
      });
    });
    expect(cause(await run(fakes))).toBe('INCONCLUSIVE JobDeleted');
  });

  it('Job complete, results missing', async () => {
    const fakes = goodWorld();
    testsPass(fakes);
    fakes.results.answers = [{ ok: false, problem: { kind: 'absent' } }];
    expect(cause(await run(fakes))).toBe('TESTCAR_ERROR TestcarResultsMissing');
  });

  it('API server gone in the middle of the tests', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(1_000, () => {
        world.failing('all', anApiError('unreachable'));
        fakes.cluster.objects.fault({ verb: 'delete', error: anApiError('unreachable'), times: 9 });
      });
    });
    expect(cause(await run(fakes))).toBe('CLUSTER_ERROR ApiUnreachable');
  });

  it('the SUT restarts during passing tests', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Deployment', (world, object) => {
      world.after(4_000, () => {
        world.rollOut(object, {
          pod: { containers: [aContainer({ restartCount: 1, lastState: exited(1) })] },
        });
      });
    });
    testsPass(fakes);
    expect(cause(await run(fakes))).toBe('INCONCLUSIVE SutRestarted');
  });
});

describe('names that are taken, replies that are lost', () => {
  it('deletes an object whose create was done but never answered', async () => {
    const fakes = goodWorld();
    fakes.cluster.objects.fault({
      verb: 'create',
      kind: 'Job',
      dryRun: false,
      error: anApiError('unreachable'),
      lostReply: true,
    });
    expect(cause(await run(fakes))).toBe('CLUSTER_ERROR ApiUnreachable');
    expect(leftovers(fakes)).toEqual([]);
  });

  it('refuses a Job of somebody else and leaves it alone', async () => {
    const fakes = goodWorld();
    fakes.cluster.on('create', 'Deployment', (world, object) => {
      const name = stringAt(object, 'metadata', 'name') ?? '';
      world.setJob(aCompleteJob({ name, uid: 'foreign' }));
    });
    expect(cause(await run(fakes))).toBe('CONFIG_ERROR AdoptionRefused');
    expect(fakes.cluster.objects.all().some((object) => stringAt(object, 'metadata', 'uid') === 'foreign')).toBe(true);
    expect(leftovers(fakes)).toEqual([]);
  });
});

describe('nothing is deployed when', () => {
  it.each<[string, (fakes: Fakes) => void, string]>([
    [
      'a permission is missing',
      ({ cluster }) => {
        cluster.access.deny({ resource: 'jobs', verb: 'create' });
      },
      'CONFIG_ERROR PermissionsMissing',
    ],
    [
      'the server refuses a manifest in the dry run',
      ({ cluster }) => {
        cluster.objects.fault({ verb: 'apply', kind: 'Deployment', dryRun: true, error: anApiError('invalid') });
      },
      'CONFIG_ERROR ManifestInvalid',
    ],
    [
      'the namespace is not there',
      ({ cluster }) => {
        const message = 'creating Deployment shop/x: namespaces "shop" not found';
        cluster.objects.fault({ verb: 'create', dryRun: true, error: anApiError('not-found', { message }), times: 2 });
      },
      'CONFIG_ERROR NamespaceMissing',
    ],
    [
      'a policy refuses the Job in the dry run',
      ({ cluster }) => {
        const message = 'admission webhook "w" denied the request: no';
        cluster.objects.fault({ verb: 'create', kind: 'Job', dryRun: true, error: anApiError('invalid', { message }) });
      },
      'TESTCAR_ERROR TestcarAdmissionDenied',
    ],
    [
      'the quota refuses the copy in the dry run',
      ({ cluster }) => {
        const message = 'deployments.apps "x" is forbidden: exceeded quota: q';
        const error = anApiError('forbidden', { message });
        cluster.objects.fault({ verb: 'create', kind: 'Deployment', dryRun: true, error });
      },
      'SUT_NOT_READY SutQuotaExceeded',
    ],
    [
      'the namespace is being deleted',
      ({ cluster }) => {
        const message = 'unable to create new content in namespace shop because it is being terminated';
        cluster.objects.fault({ verb: 'create', dryRun: true, error: anApiError('forbidden', { message }), times: 2 });
      },
      'CONFIG_ERROR NamespaceTerminating',
    ],
    [
      'the server does not know a kind',
      ({ cluster }) => {
        const message = 'the API server has no kind Foo in example.com/v1';
        cluster.objects.fault({ verb: 'apply', dryRun: true, error: anApiError('not-found', { message }) });
      },
      'CONFIG_ERROR ManifestInvalid',
    ],
    [
      'the server does not answer',
      ({ cluster }) => {
        cluster.access.failure = anApiError('unreachable');
      },
      'CLUSTER_ERROR ApiUnreachable',
    ],
  ])('%s', async (_, arrange, expected) => {
    const fakes = goodWorld();
    arrange(fakes);
    expect(cause(await run(fakes))).toBe(expected);
    expect(fakes.cluster.objects.summary().filter((call) => !call.endsWith('(dry run)'))).toEqual([]);
  });
});

describe('cancellation', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s while testing deletes everything', async (signalName) => {
    const fakes = goodWorld();
    const cancel = new AbortController();
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(1_000, () => {
        cancel.abort(new Cancelled(signalName));
      });
    });
    const report = await run(fakes, {}, cancel);
    expect(cause(report)).toBe('CANCELLED Cancelled');
    expect(leftovers(fakes)).toEqual([]);
    expect(fakes.clock.pending()).toBe(0);
  });

  it('while the Deployment is being created', async () => {
    const fakes = goodWorld();
    const cancel = new AbortController();
    fakes.cluster.on('create', 'Deployment', () => {
      cancel.abort(new Cancelled('SIGINT'));
    });
    const report = await run(fakes, {}, cancel);
    expect(cause(report)).toBe('CANCELLED Cancelled');
    expect(leftovers(fakes)).toEqual([]);
  });
});

describe('in-place', () => {
  it('puts the old template back when the tests fail', async () => {
    const fakes = goodWorld();
    const before = { ...structuredClone(LIVE_BEFORE) };
    fakes.cluster.objects.put(before);
    fakes.cluster.on('create', 'Job', (world, object) => {
      world.startJob(object);
      world.after(5_000, () => {
        world.finishJob(object, { exitCode: 1 });
      });
    });
    fakes.results.answers = [{ ok: true, results: resultsOf([aTestCase('b', 'failed')]) }];
    const report = await run(fakes, { mode: 'in-place' });
    expect(cause(report)).toBe('TEST_FAILED TestsFailed');
    const live = fakes.cluster.objects.stored('Deployment', 'web');
    expect(stringAt(live, 'spec', 'template', 'metadata', 'labels', 'release')).toBe('old');
  });
});

const LIVE_BEFORE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'uid-deployment-web', generation: 4, labels: { app: 'web' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web', release: 'old' } },
      spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] },
    },
  },
};

describe('what containers said last', () => {
  it('is read from the container that is down now, not from the one before it', async () => {
    const fakes = makeFakes();
    fakes.cluster.on('create', 'Deployment', (world, object) => {
      const down = aContainer({ ready: false, restartCount: 2, state: exited(4), lastState: exited(4) });
      world.rollOut(object, { pod: { ready: false, containers: [down] } });
    });
    const report = await run(fakes);
    expect(cause(report)).toBe('SUT_NOT_READY SutCrashLooping');
    expect(report.logTails.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^last lines of container web, pod \S+$/),
    ]);
  });
});
