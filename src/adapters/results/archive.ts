import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { MAX_RESULT_FILES } from '../../core/courier/courier-script.ts';
import type { Pack } from '../../core/courier/frames.ts';

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

/** `path` is relative, with single slashes and without `.` and `..`. */
export type Member = { path: string; bytes: Uint8Array };

/**
 * Unpacks a tar, gzipped or not, in memory, one member at a time. Throws `BadArchive` when it is damaged, above the limits, or holds
 * anything but regular files under different names below one folder. Members that came before stay unproven until the
 * last one was given: an archive can be damaged at its end.
 */
export async function* members(archive: Uint8Array, pack: Pack, limits: Limits): AsyncGenerator<Member, void> {
  const seen = new Set<string>();
  const tar = extract();
  const unpack = pack === 'gzip' ? createGunzip() : new PassThrough();
  const fed = pipeline(Readable.from([archive]), unpack, refuseAbove(limits.inflatedBytes), tar).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const entry of tar) {
      const path = checkedPath(entry.header);
      if (seen.has(path)) throw new BadArchive('the file is in the archive twice', path);
      seen.add(path);
      if (seen.size > limits.files) throw new BadArchive(`there are more than ${limits.files} result files`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      // A stream that is torn down because of an error elsewhere can end as if it were complete.
      if (bytes.byteLength !== entry.header.size) throw new BadArchive('the file is cut', path);
      yield { path, bytes };
    }
    const error = await fed;
    if (error !== undefined) throw error;
  } catch (error) {
    tar.destroy();
    // What went wrong before tar (gzip, the limit) says more than what tar made of it.
    const cause = await fed;
    if (cause instanceof BadArchive) throw cause;
    if (error instanceof BadArchive && error.message !== 'the file is cut') throw error;
    throw new BadArchive(`the archive is damaged: ${messageOf(cause) ?? messageOf(error) ?? 'no reason given'}`);
  } finally {
    tar.destroy();
  }
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
