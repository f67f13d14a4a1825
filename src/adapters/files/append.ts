import { appendFileSync } from 'node:fs';
import type { SafeText } from '../../core/report/neutralise.ts';

/** Returns when the text is on disk; throws the file system's error. For what must outlive a kill of the process. */
export function appendAtOnce(path: string, text: SafeText): void {
  appendFileSync(path, text, 'utf8');
}
