import process from 'node:process';
import { createWriter } from '../adapters/output/writer.ts';
import type { Host, Output } from '../ports.ts';

/** The one writer on the one stream. */
export function openOutput(): Output {
  // The only place that hands the stream over; all writing is in src/adapters/output.
  // eslint-disable-next-line no-restricted-syntax
  return createWriter(process.stdout);
}

/** The host of `open`, made once. */
export function once(open: () => Promise<Host>): () => Promise<Host> {
  let host: Promise<Host> | undefined;
  return () => (host ??= open());
}
