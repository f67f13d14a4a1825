import type { ConnectionSource } from '../adapters/kubernetes/index.ts';
import type { ApiError } from '../core/model/api-error.ts';
import type { FrontEnd } from '../core/options/option-spec.ts';
import type { InputProblem, Options, RawInputs } from '../core/options/options.ts';
import type { Host } from '../ports.ts';
import type * as late from './late.ts';
import type { LeftBehind } from './left-behind.ts';

export type Late = Pick<typeof late, 'fail' | 'findingFromApiError' | 'inputFinding' | 'readManifests' | 'runGate'>;

/** What differs between the Azure task, the GitHub action and the command. Everything else is one code. */
export type FrontEndParts = {
  kind: FrontEnd;
  /** Where the report goes when the input does not say it, or is unusable. */
  defaultReportDir: string;
  /** Raw inputs by table name. Must not throw for anything that a person wrote. */
  readInputs(): Promise<InputsRead>;
  /** Credentials of the cluster; `options` tells kubeconfig and context where they are inputs. */
  findCluster(options: Pick<Options, 'kubeconfig' | 'context'>, signal: AbortSignal): Promise<ClusterFound>;
  /** Loads the rest of the gate, once its first request is under way. */
  late(): Promise<Late>;
  /** Makes the host; always the same one. */
  openHost(): Promise<Host>;
  /** Loads what only the report needs. */
  beforeReport?(): Promise<void>;
  /** Keeps, outside of this process, what the post step has to delete when this process is killed. */
  remember?(left: readonly LeftBehind[]): void;
};

export type InputsRead = {
  raw: RawInputs;
  /** What is wrong already: unknown flags, an unreadable config file. */
  problems: readonly InputProblem[];
  /** Shows a problem where its value was written. */
  locate?(problems: readonly InputProblem[]): readonly InputProblem[];
};

export type ClusterFound =
  | { ok: true; source: ConnectionSource; secrets: readonly string[] }
  | { ok: false; problems: readonly InputProblem[] }
  /** The provider of the credentials did not answer or refused. */
  | { ok: false; problems: readonly []; error: ApiError };
