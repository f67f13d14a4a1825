import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { MAX_RESULT_FILES } from '../../core/courier/courier-script.ts';
import type { Pack } from '../../core/courier/frames.ts';

/**
 * What is unpacked at a time. More would be faster, as each piece is a wait for another thread; but what is read of it
 * is still alive when V8 clears up, and V8 takes more memory the more it finds alive.
 */
const UNPACKED_BYTES = 16 * 1024;

export type Limits = { inflatedBytes: number; files: number };

/** A test suite stays far below; more is a mistake or an attack, and would be paid for in memory. */
export const LIMITS: Limits = { inflatedBytes: 512 * 1024 * 1024, files: MAX_RESULT_FILES };

/** Why an archive is not read any further; the message is for a person. */
export class BadArchive extends Error {
  override readonly name = 'BadArchive';
  /** The member that is to blame, if it is one. */
  readonly member: string | undefined;

  constructor(message: string, member?: string) {
    super(message);
    this.member = member;
  }
}

/** `path` is relative, with single slashes and without `.` and `..`. `content` must be read to its end, or not at all. */
export type Member = { path: string; bytes: number; content: AsyncIterable<Uint8Array> };

/** What a stream threw, as against what its reader threw. */
class Damaged extends Error {
  override readonly name = 'Damaged';
}

/**
 * Unpacks a tar, gzipped or not, one member at a time, until `visit` says false. Throws `BadArchive` when it is damaged, above the
 * limits, or holds anything but regular files under different names below one folder. Members that came before stay
 * unproven until this has resolved: an archive can be damaged at its end.
 */
export async function eachMember(
  archive: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  pack: Pack,
  limits: Limits,
  visit: (member: Member) => Promise<boolean>,
): Promise<void> {
  const tar = extract();
  const unpack = pack === 'gzip' ? createGunzip({ chunkSize: UNPACKED_BYTES }) : new PassThrough();
  const fed = pipeline(archive, unpack, refuseAbove(limits.inflatedBytes), tar).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    if (!(await visitAll(tar, limits, visit))) return;
    const error = await fed;
    if (error !== undefined) throw new Damaged(messageOf(error));
  } catch (error) {
    if (!(error instanceof Damaged || error instanceof BadArchive)) throw error;
    tar.destroy();
    // What went wrong before tar (gzip, the limit) says more than what tar made of it.
    const cause = await fed;
    if (cause instanceof BadArchive) throw cause;
    if (error instanceof BadArchive && error.message !== CUT) throw error;
    throw new BadArchive(`the archive is damaged: ${messageOf(cause) ?? messageOf(error) ?? 'no reason given'}`);
  } finally {
    tar.destroy();
  }
}

const CUT = 'the file is cut';

async function visitAll(
  tar: ReturnType<typeof extract>,
  limits: Limits,
  visit: (member: Member) => Promise<boolean>,
): Promise<boolean> {
  const seen = new Set<string>();
  const entries = tar[Symbol.asyncIterator]();
  for (;;) {
    const next = await entries.next().catch(damaged);
    if (next.done === true) return true;
    const entry = next.value;
    const path = checkedPath(entry.header);
    if (seen.has(path)) throw new BadArchive('the file is in the archive twice', path);
    seen.add(path);
    if (seen.size > limits.files) throw new BadArchive(`there are more than ${limits.files} result files`);
    const bytes = entry.header.size ?? 0;
    if (!(await visit({ path, bytes, content: whole(entry, path, bytes) }))) return false;
  }
}

async function* whole(entry: AsyncIterable<unknown>, path: string, bytes: number): AsyncGenerator<Uint8Array, void> {
  let total = 0;
  const chunks = entry[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch(damaged);
    if (next.done === true) break;
    if (!(next.value instanceof Uint8Array)) continue;
    total += next.value.byteLength;
    yield next.value;
  }
  // A stream that is torn down because of an error elsewhere can end as if it were complete.
  if (total !== bytes) throw new BadArchive(CUT, path);
}

function damaged(error: unknown): never {
  throw new Damaged(messageOf(error));
}

function refuseAbove(inflatedBytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.byteLength;
      if (total > inflatedBytes)
        done(new BadArchive(`the results are larger than ${Math.round(inflatedBytes / 1024 / 1024)} MiB`));
      else done(null, chunk);
    },
  });
}

function checkedPath({ name, type }: Header): string {
  // A link could name any file, and a reader that follows it would read it.
  if (type !== 'file') throw new BadArchive(`the archive holds a ${type}, not a regular file`, name);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || parts.length === 0 || /\\|\p{Cc}/u.test(name)) {
    throw new BadArchive('the name of the file is not a plain relative path', name);
  }
  return parts.join('/');
}

function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message : undefined;
}
