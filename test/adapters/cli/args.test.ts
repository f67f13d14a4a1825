import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/adapters/cli/args.ts';

const nothing = { raw: {}, configFile: undefined, problems: [] };

describe('what is asked for', () => {
  const cases = [
    { args: ['--help'], expected: { kind: 'help', command: undefined } },
    { args: ['run', '-h'], expected: { kind: 'help', command: 'run' } },
    { args: ['--version'], expected: { kind: 'version' } },
    { args: ['run'], expected: { kind: 'run', ...nothing } },
    { args: ['selftest', '--help'], expected: { kind: 'help', command: 'selftest' } },
    { args: ['selftest'], expected: { kind: 'selftest', raw: {}, problems: [] } },
    {
      args: [],
      expected: {
        kind: 'unknown',
        problems: [{ input: 'command', found: undefined, expected: 'one of run, selftest' }],
      },
    },
    ...[
      { args: ['run', '--mode=observe', '--help'], input: '--help', found: '2 other arguments' },
      { args: ['run', '--promote', '-h'], input: '-h', found: '2 other arguments' },
      { args: ['run', '--version'], input: '--version', found: '1 other arguments' },
      { args: ['rnu', '--help'], input: '--help', found: '1 other arguments' },
    ].map(({ args, ...problem }) => ({
      args,
      expected: {
        kind: 'unknown',
        problems: [
          { ...problem, expected: 'no other arguments beside it: it runs nothing, which must not pass for a run' },
        ],
      },
    })),
    {
      args: ['rnu', '--mode=observe'],
      expected: {
        kind: 'unknown',
        problems: [{ input: 'command', found: 'rnu', expected: 'one of run, selftest' }],
      },
    },
  ];
  it.each(cases)('$args', ({ args, expected }) => {
    expect(readArguments(args)).toEqual(expected);
  });
});

describe('flags of run', () => {
  const cases = [
    {
      name: 'both ways to give a value',
      args: ['--mode', 'observe', '--deployment=web'],
      raw: { mode: ['observe'], deployment: ['web'] },
    },
    { name: 'lists by repetition', args: ['--manifests', 'a', '--manifests=b'], raw: { manifests: ['a', 'b'] } },
    { name: 'booleans', args: ['--promote'], raw: { promote: ['true'] } },
    { name: 'booleans with a value', args: ['--promote=false'], raw: { promote: ['false'] } },
    { name: 'negated booleans', args: ['--no-promote'], raw: { promote: ['false'] } },
    { name: 'a value that starts with one dash', args: ['--testcar-command', '-c'], raw: { testcarCommand: ['-c'] } },
    {
      name: 'a value that looks like a flag, after =',
      args: ['--testcar-command=--fast'],
      raw: { testcarCommand: ['--fast'] },
    },
    // `parseOptions` refuses the second value; here it must not get lost.
    { name: 'a single value twice', args: ['--mode=observe', '--mode=preview'], raw: { mode: ['observe', 'preview'] } },
  ];
  it.each(cases)('$name', ({ args, raw }) => {
    expect(readArguments(['run', ...args])).toEqual({ kind: 'run', ...nothing, raw });
  });

  it('the config file', () => {
    expect(readArguments(['run', '--config', 'gate.yaml'])).toEqual({
      kind: 'run',
      ...nothing,
      configFile: 'gate.yaml',
    });
  });
});

describe('mistakes, all at once', () => {
  const cases = [
    {
      name: 'a misspelt flag and what was meant; its value is not a second mistake',
      args: ['--test-timout', '5m'],
      problems: [
        {
          input: '--test-timout',
          found: '--test-timout',
          expected: 'an option that exists; did you mean --test-timeout?',
        },
      ],
    },
    {
      name: 'a flag like no other',
      args: ['--zzzzzzzz=1'],
      problems: [
        { input: '--zzzzzzzz', found: '--zzzzzzzz', expected: 'an option that exists; see `testcar-gate run --help`' },
      ],
    },
    {
      name: 'a flag whose value was forgotten',
      args: ['--context', '--namespace=x'],
      problems: [{ input: '--context', found: undefined, expected: 'a value after it' }],
    },
    {
      name: 'a flag at the end without its value',
      args: ['--context'],
      problems: [{ input: '--context', found: undefined, expected: 'a value after it' }],
    },
    {
      name: 'a word that belongs to nothing',
      args: ['manifests/'],
      problems: [{ input: 'arguments', found: 'manifests/', expected: 'only flags after `run`' }],
    },
    {
      name: 'two config files',
      args: ['--config=a', '--config=b'],
      problems: [{ input: '--config', found: '2 values', expected: 'to be given once' }],
    },
    {
      name: 'a negation with a value',
      args: ['--no-promote=true'],
      problems: [{ input: '--no-promote', found: undefined, expected: 'a value after it' }],
    },
  ];
  it.each(cases)('$name', ({ args, problems }) => {
    expect(readArguments(['run', ...args])).toMatchObject({ kind: 'run', problems });
  });
});

describe('flags of selftest', () => {
  it('are few, and set the options of a run', () => {
    const args = ['selftest', '--namespace=shop', '--image', 'alpine:3', '--kubeconfig=k', '--context=c'];
    expect(readArguments(args)).toEqual({
      kind: 'selftest',
      raw: { namespace: ['shop'], testcarImage: ['alpine:3'], kubeconfig: ['k'], context: ['c'] },
      problems: [],
    });
  });

  it.each([
    {
      name: 'options of run that make no sense here',
      args: ['--promote', '--config', 'gate.yaml'],
      problems: [
        {
          input: '--promote',
          found: '--promote',
          expected: 'an option that exists; see `testcar-gate selftest --help`',
        },
        {
          input: '--config',
          found: '--config',
          expected: 'an option that exists; see `testcar-gate selftest --help`',
        },
      ],
    },
    {
      name: 'a misspelt flag and what was meant',
      args: ['--imag=x'],
      problems: [{ input: '--imag', found: '--imag', expected: 'an option that exists; did you mean --image?' }],
    },
    {
      name: 'a word that belongs to nothing',
      args: ['shop'],
      problems: [{ input: 'arguments', found: 'shop', expected: 'only flags after `selftest`' }],
    },
  ])('$name', ({ args, problems }) => {
    expect(readArguments(['selftest', ...args])).toEqual({ kind: 'selftest', raw: {}, problems });
  });

  it('--image is no flag of run', () => {
    expect(readArguments(['run', '--image=x'])).toMatchObject({ problems: [{ input: '--image' }] });
  });
});
