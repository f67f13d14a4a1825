import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { ClusterError, messageOf } from './errors.ts';
import type { ImageSpec } from './images.ts';

/** Reads the YAML (or JSON) form of an ImageSpec; folders in it are relative to the file. */
export function parseImageSpec(text: string, file: string): ImageSpec {
  const problems: string[] = [];
  const source = record(parseYaml(text, file), '', problems);
  const strings = (value: unknown, at: string) =>
    Object.fromEntries(
      Object.entries(record(value, at, problems)).map(([key, each]) => [key, string(each, `${at}.${key}`, problems)]),
    );
  const list = (value: unknown, at: string) => {
    if (!Array.isArray(value)) problems.push(`${at} must be a list`);
    return Array.isArray(value) ? value.map((each, index) => string(each, `${at}[${index}]`, problems)) : [];
  };
  const readers: { [Key in keyof Required<ImageSpec>]: (value: unknown) => ImageSpec[Key] } = {
    name: (value) => string(value, 'name', problems),
    base: (value) => {
      if (value === 'busybox' || value === 'empty') return value;
      problems.push(`base must be busybox or empty, not ${JSON.stringify(value)}`);
      return 'empty';
    },
    goPrograms: (value) => {
      const entries = Object.entries(strings(value, 'goPrograms'));
      return Object.fromEntries(entries.map(([target, dir]) => [target, resolve(dirname(file), dir)]));
    },
    files: (value) =>
      Object.fromEntries(Object.entries(strings(value, 'files')).map(([target, content]) => [target, { content }])),
    env: (value) => strings(value, 'env'),
    entrypoint: (value) => list(value, 'entrypoint'),
    cmd: (value) => list(value, 'cmd'),
    user: (value) => string(value, 'user', problems),
    workingDir: (value) => string(value, 'workingDir', problems),
  };
  const unknown = Object.keys(source).filter((key) => !(key in readers));
  problems.push(...unknown.map((key) => `${key} is not known; there are ${Object.keys(readers).join(', ')}`));
  const given = Object.entries(readers).filter(([key]) => key in source);
  const spec: ImageSpec = {
    name: readers.name(source['name']),
    ...Object.fromEntries(given.map(([key, read]) => [key, read(source[key])])),
  };
  if (problems.length > 0) throw new ClusterError(`${file} is not an image spec:\n  ${problems.join('\n  ')}`);
  return spec;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new ClusterError(`${file} is not YAML: ${messageOf(cause)}`, { cause });
  }
}

function record(value: unknown, at: string, problems: string[]): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.fromEntries(Object.entries(value));
  problems.push(`${at === '' ? 'the file' : at} must be a mapping`);
  return {};
}

function string(value: unknown, at: string, problems: string[]): string {
  if (typeof value === 'string') return value;
  problems.push(`${at} must be a string, not ${JSON.stringify(value)}`);
  return '';
}
