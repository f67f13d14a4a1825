import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.ts';
import { kubernetesAccess } from '../../../src/adapters/kubernetes/access.ts';
import type { Connection } from '../../../src/adapters/kubernetes/connect.ts';
import { LIMITS, makeApi } from '../../../src/adapters/kubernetes/request.ts';
import { at } from '../../../src/core/model/json.ts';
import type { Access, AccessNeed } from '../../../src/ports.ts';
import { InstantClock } from '../../fakes/instant-clock.ts';
import { ApiStub, answerJson, answerStatus } from './api-stub.ts';

let stub: ApiStub;
let connection: Connection;
let access: Access;
beforeEach(async () => {
  stub = await ApiStub.start();
  connection = await stub.connect();
  access = kubernetesAccess(makeApi(connection, new InstantClock(), () => 0, LIMITS));
});
afterEach(async () => {
  connection.close();
  await stub.stop();
});

const rule = (over: object = {}): object => ({ verbs: ['get'], apiGroups: [''], resources: ['pods'], ...over });
const need = (over: Partial<AccessNeed> = {}): AccessNeed => ({ verb: 'get', group: '', resource: 'pods', ...over });

/** The rules review answers with `rules`; every access review answers `allowed`. Gives the attributes asked for. */
function server(rules: object[] | undefined, allowed: boolean, incomplete = true): unknown[] {
  const reviewed: unknown[] = [];
  stub.handle((request, response) => {
    if (request.path.endsWith('/selfsubjectrulesreviews')) {
      if (rules === undefined) return answerStatus(response, 403, 'Forbidden', 'no');
      return answerJson(
        response,
        { kind: 'SelfSubjectRulesReview', status: { incomplete, resourceRules: rules } },
        201,
      );
    }
    reviewed.push(at(JSON.parse(request.body), 'spec', 'resourceAttributes'));
    return answerJson(response, { kind: 'SelfSubjectAccessReview', status: { allowed } }, 201);
  });
  return reviewed;
}

describe('what is missing', () => {
  it.each<[string, object, AccessNeed, boolean]>([
    ['the same', {}, need(), true],
    ['another verb', {}, need({ verb: 'list' }), false],
    ['any verb', { verbs: ['*'] }, need({ verb: 'list' }), true],
    ['another group', {}, need({ group: 'apps' }), false],
    ['any group', { apiGroups: ['*'] }, need({ group: 'apps' }), true],
    ['another resource', {}, need({ resource: 'secrets' }), false],
    ['any resource', { resources: ['*'] }, need({ resource: 'secrets' }), true],
    ['a resource is not its subresource', {}, need({ resource: 'pods/log' }), false],
    ['a subresource', { resources: ['pods/log'] }, need({ resource: 'pods/log' }), true],
    ['any resource includes subresources', { resources: ['*'] }, need({ resource: 'pods/log' }), true],
    ['a subresource of any resource', { resources: ['*/log'] }, need({ resource: 'pods/log' }), true],
    ['another subresource of any resource', { resources: ['*/scale'] }, need({ resource: 'pods/log' }), false],
    ['names, and none is needed', { resourceNames: ['a'] }, need(), false],
    ['the name', { resourceNames: ['a', 'b'] }, need({ name: 'b' }), true],
    ['other names', { resourceNames: ['a'] }, need({ name: 'b' }), false],
    ['every name', { resourceNames: [] }, need({ name: 'b' }), true],
    ['nothing at all', { verbs: null }, need(), false],
  ])('a rule with %s', async (_, over, wanted, covered) => {
    const reviewed = server([rule(over)], false);
    expect(await access.missing('shop', [wanted])).toEqual({ ok: true, value: covered ? [] : [wanted] });
    expect(reviewed).toHaveLength(covered ? 0 : 1);
  });

  it('asks singly for what the rules do not cover', async () => {
    const reviewed = server([rule()], true);
    const needs = [
      need(),
      need({ verb: 'create', group: 'batch', resource: 'jobs' }),
      need({ resource: 'pods/log', name: 'p' }),
    ];
    expect(await access.missing('shop', needs)).toEqual({ ok: true, value: [] });
    expect(reviewed).toEqual([
      { namespace: 'shop', verb: 'create', group: 'batch', resource: 'jobs' },
      { namespace: 'shop', verb: 'get', group: '', resource: 'pods', subresource: 'log', name: 'p' },
    ]);
    expect(stub.requests).toHaveLength(3);
  });

  describe('of what nothing depends on', () => {
    const optional = [
      need({ resource: 'secrets', name: 'a', optional: true }),
      need({ resource: 'secrets', name: 'b', optional: true }),
    ];
    const [a, b] = optional;

    it('is told by the one list of rights', async () => {
      const reviewed = server([rule({ resources: ['secrets'], resourceNames: ['a'] })], true, false);
      expect(await access.missing('shop', optional)).toEqual({ ok: true, value: [b] });
      expect(reviewed).toEqual([]);
    });

    it('is asked for singly where the list is incomplete', async () => {
      const reviewed = server([], true, true);
      expect(await access.missing('shop', optional)).toEqual({ ok: true, value: [] });
      expect(reviewed).toHaveLength(2);
    });

    it('and of what something depends on, everything is asked for', async () => {
      const reviewed = server([], true, false);
      expect(await access.missing('shop', [need(), ...optional])).toEqual({ ok: true, value: optional });
      expect(reviewed).toHaveLength(1);
    });

    it('a question without an answer is a no', async () => {
      stub.handle((request, response) =>
        request.path.endsWith('selfsubjectrulesreviews')
          ? answerJson(response, { kind: 'X', status: { incomplete: true, resourceRules: [] } }, 201)
          : answerStatus(response, 403, 'Forbidden', 'no'),
      );
      expect(await access.missing('shop', optional)).toEqual({ ok: true, value: [a, b] });
    });
  });

  it('asks singly for everything when the rules may not be read', async () => {
    const reviewed = server(undefined, true);
    expect(await access.missing('shop', [need(), need({ verb: 'list' })])).toEqual({ ok: true, value: [] });
    expect(reviewed).toHaveLength(2);
  });

  it('takes an answer without a yes for a no', async () => {
    stub.handle((_, response) => answerJson(response, { kind: 'X', status: {} }, 201));
    expect(await access.missing('shop', [need()])).toEqual({ ok: true, value: [need()] });
  });

  it('says when it could not ask', async () => {
    stub.handle((_, response) => answerStatus(response, 500, 'InternalError', 'no'));
    expect(await access.missing('shop', [need()])).toMatchObject({ ok: false, error: { kind: 'server-error' } });
  });
});

describe('the version', () => {
  it('is read', async () => {
    stub.handle((_, response) => answerJson(response, { major: '1', gitVersion: 'v1.34.4' }));
    expect(await access.serverVersion()).toMatchObject({
      ok: true,
      value: { gitVersion: 'v1.34.4', clock: { leastMs: expect.any(Number), mostMs: expect.any(Number) } },
    });
  });

  it('proves that this is an API server', async () => {
    stub.handle((_, response) => answerJson(response, { version: 'of something else' }));
    expect(await access.serverVersion()).toMatchObject({ ok: false, error: { kind: 'not-kubernetes' } });
  });
});

describe('waiting for a server that is away', () => {
  const away = (answersAt: number): void => {
    let asked = 0;
    stub.handle((_, response) => {
      if (++asked < answersAt) return answerStatus(response, 503, 'ServiceUnavailable', 'starting');
      return answerJson(response, { gitVersion: 'v1.34.1' });
    });
  };
  const waiting = (): Access =>
    kubernetesAccess(
      makeApi(connection, systemClock, () => 0, LIMITS),
      5,
    );

  it('sees it come back', async () => {
    away(4);
    expect(await waiting().untilAnswers(60_000, new AbortController().signal)).toBe(true);
  });

  it('gives up when time is up', async () => {
    away(Infinity);
    expect(await waiting().untilAnswers(20, new AbortController().signal)).toBe(false);
  });

  it('gives up on abort', async () => {
    away(Infinity);
    expect(await waiting().untilAnswers(60_000, AbortSignal.abort(new Error('enough')))).toBe(false);
  });
});
