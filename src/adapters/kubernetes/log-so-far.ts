import type { LogInstance, TakeLines } from '../../ports.ts';
import type { Tally } from './log-tally.ts';
import type { LogWindow } from './log-window.ts';
import type { Api } from './request.ts';

/** What belongs to one log and outlives its streams. */
export type LogSoFar = {
  readonly api: Api;
  readonly source: LogInstance;
  /** Of its log in the API. */
  readonly path: string;
  readonly take: TakeLines;
  readonly signal: AbortSignal;
  readonly window: LogWindow;
  readonly tally: Tally;
  opens: number;
  /** When it was first opened, by the cluster's clock. */
  openedAtMs: number | undefined;
  /** What the last stream gave of a line that it did not end. */
  rest: string;
};
