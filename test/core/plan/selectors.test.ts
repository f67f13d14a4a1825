import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hideFrom, labelSelector, queryText, selects, serviceSelector } from '../../../src/core/plan/selectors.ts';

const EXPRESSION = labelSelector(
  {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['front', 'edge'] },
      { key: 'canary', operator: 'DoesNotExist' },
      { key: 'track', operator: 'NotIn', values: ['beta'] },
      { key: 'zone', operator: 'Exists' },
    ],
  },
  'Deployment web',
);
const SELECTED = { app: 'web', tier: 'edge', zone: 'a', extra: 'x' };

describe('selects', () => {
  test('all terms hold', () => {
    expect(selects(EXPRESSION, SELECTED)).toBe(true);
  });

  test.each([
    ['another value', { app: 'api' }],
    ['not in the list', { tier: 'back' }],
    ['a label that must not be there', { canary: '' }],
    ['a value that is excluded', { track: 'beta' }],
  ])('not with %s', (_name, change) => {
    expect(selects(EXPRESSION, { ...SELECTED, ...change })).toBe(false);
  });

  test('not without a label that must be there', () => {
    expect(selects(EXPRESSION, { app: 'web', tier: 'edge' })).toBe(false);
  });

  test('an operator of the future counts as a match', () => {
    expect(selects(labelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] }, 'x'), {})).toBe(true);
  });

  test('a Service without selector selects nothing that we know of', () => {
    expect(serviceSelector({ metadata: { name: 'by-hand' }, spec: {} })).toBeUndefined();
  });
});

describe('hideFrom', () => {
  test('changes only what is asked for', () => {
    expect(hideFrom(SELECTED, [EXPRESSION], 'run-1', { role: 'sut' })).toEqual({
      labels: { app: 'run-1', tier: 'run-1', extra: 'x', role: 'sut' },
      still: [],
    });
  });

  test('leaves labels alone that no selector finds', () => {
    expect(hideFrom({ app: 'api' }, [EXPRESSION], 'run-1', {}).labels).toEqual({ app: 'api' });
  });

  test('names a selector from which nothing hides', () => {
    const all = labelSelector({ matchExpressions: [{ key: 'none', operator: 'DoesNotExist' }] }, 'Deployment all');
    const own = labelSelector({ matchLabels: { role: 'sut' } }, 'Service own');
    expect(hideFrom({ app: 'web' }, [all, own], 'run-1', { role: 'sut' }).still).toEqual([all, own]);
  });

  test('whatever the Services are: none selects, or it is named', () => {
    const map = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'run'), fc.constantFrom('1', '2', 'run-1'));
    fc.assert(
      fc.property(map, fc.array(map, { maxLength: 6 }), (labels, maps) => {
        const selectors = maps.flatMap((selector) => serviceSelector({ spec: { selector } }) ?? []);
        const hidden = hideFrom(labels, selectors, 'run-1', { run: 'run-1' });
        expect(hidden.labels['run']).toBe('run-1');
        for (const selector of selectors)
          expect(selects(selector, hidden.labels)).toBe(hidden.still.includes(selector));
      }),
    );
  });
});

test('queryText', () => {
  expect(queryText(EXPRESSION)).toBe('app=web,tier in (front,edge),!canary,track notin (beta),zone');
});
