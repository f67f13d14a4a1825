import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Cancelled } from '../../src/gate/cancelled.ts';
import { takeOverProcess } from '../../src/main/life.ts';
import { StandInProcess } from './stand-ins.ts';

let handle: StandInProcess;
beforeEach(() => {
  handle = new StandInProcess();
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('an end that nobody decided is not 0', () => {
  takeOverProcess(handle);
  expect(handle.exitCode).toBe(5);
});

describe('signals', () => {
  it.each([
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGBREAK', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ])('%s cancels as %s', (event, name) => {
    const life = takeOverProcess(handle);
    handle.send(event);
    expect(life.signal.reason).toEqual(new Cancelled(name === 'SIGINT' ? 'SIGINT' : 'SIGTERM'));
    expect(handle.exits).toEqual([]);
  });

  it('the second ends the process at once', () => {
    takeOverProcess(handle);
    handle.send('SIGINT');
    handle.send('SIGTERM');
    expect(handle.exits).toEqual([143]);
  });

  it('one after the verdict was told ends with that verdict', () => {
    const life = takeOverProcess(handle);
    life.end(0);
    handle.send('SIGTERM');
    expect(handle.exits).toEqual([0]);
  });
});

describe('crashes', () => {
  it.each(['uncaughtException', 'unhandledRejection'])('%s stops the run and is remembered', (event) => {
    const life = takeOverProcess(handle);
    const error = new Error('crash');
    handle.send(event, error);
    expect(life.crashed()).toEqual({ error });
    expect(life.signal.reason).toBe(error);
    expect(handle.exits).toEqual([]);
  });

  it('a pass is none after a crash', () => {
    const life = takeOverProcess(handle);
    handle.send('uncaughtException', new Error('crash'));
    life.end(0);
    expect(handle.exitCode).toBe(5);
  });

  it('a second crash, while the first is told, ends the process', () => {
    takeOverProcess(handle);
    handle.send('uncaughtException', new Error('one'));
    handle.send('uncaughtException', new Error('two'));
    expect(handle.exits).toEqual([5]);
  });

  it('a crash after a pass was decided is no pass', () => {
    const life = takeOverProcess(handle);
    life.end(0);
    handle.send('uncaughtException', new Error('late'));
    expect(handle.exits).toEqual([5]);
  });
});

describe('an exit that somebody else asked for', () => {
  it.each([
    { name: '0 before anything was decided', decided: undefined, exit: 0, expected: 5 },
    { name: '0 after a failure was decided', decided: 3, exit: 0, expected: 3 },
    { name: '0 after a pass was decided', decided: 0, exit: 0, expected: 0 },
    { name: 'the second signal', decided: undefined, exit: 143, expected: 143 },
  ])('$name', ({ decided, exit, expected }) => {
    const life = takeOverProcess(handle);
    if (decided !== undefined) life.end(decided);
    handle.exitCode = exit;
    handle.send('exit', exit);
    expect(handle.exitCode).toBe(expected);
  });
});

it('the end waits a moment for sockets, then forces the exit', () => {
  const life = takeOverProcess(handle);
  life.end(3);
  expect(handle.exitCode).toBe(3);
  expect(handle.exits).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(handle.exits).toEqual([3]);
});
