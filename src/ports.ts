/**
 * What the gate needs from outside, named by role. Adapters implement these; `test/fakes` holds a hand-written fake of
 * each, and one contract suite runs against both.
 *
 * Rule for all: trouble is a value (`Result`, `Read`); only a bug or the abort of the passed signal throws.
 */
import type { JsonObject } from './core/model/json.ts';
import type { ApiError, Result } from './core/model/api-error.ts';
import type { ClockOffset } from './core/model/clock-offset.ts';
import type { Ledger } from './core/model/ledger.ts';
import type { Observation, Watched } from './core/model/seen.ts';
import type { Attachment, Attachments } from './core/model/attachments.ts';
import type { ResultsRead } from './core/model/results.ts';
import type { AttachmentPath } from './core/report/attachment-name.ts';
import type { SafeBlock, SafeLine, SafeText, Untrusted } from './core/report/neutralise.ts';
import type { ReportFile } from './core/report/report-files.ts';
import type { AccessNeed } from './core/plan/access.ts';
import type { Report } from './core/report/report.ts';

/** apiVersion + kind + plural make the URL path; `plural` is the resource name, for example `deployments`. */
export type ObjectRef = { apiVersion: string; kind: string; namespace: string; name: string };

/** Single-object calls. `dryRun` asks the server to do everything but store (strict field validation). */
export interface Objects {
  get(ref: ObjectRef): Promise<Result<JsonObject>>;
  list(query: {
    apiVersion: string;
    kind: string;
    namespace: string;
    labelSelector?: string;
  }): Promise<Result<readonly JsonObject[]>>;
  /** POST with `fieldValidation=Strict`. `already-exists` is an expected error. */
  create(object: JsonObject, options: { dryRun: boolean }): Promise<Result<JsonObject>>;
  /** Server-side apply with field manager `testcar-gate`, `force`, `fieldValidation=Strict`. */
  apply(object: JsonObject, options: { dryRun: boolean }): Promise<Result<JsonObject>>;
  /** JSON merge patch (RFC 7386), or JSON patch (RFC 6902) when `patch` is a list. */
  patch(ref: ObjectRef, patch: JsonObject | readonly JsonObject[]): Promise<Result<JsonObject>>;
  /** `not-found` counts as done. With `uid` nothing else of that name is deleted. */
  delete(
    ref: ObjectRef,
    options: { uid?: string; propagation: 'Background' | 'Foreground' },
  ): Promise<Result<'deleted' | 'absent'>>;
  /** Waits (by a watch, not by polling) until no object of that name has this UID; after about 60 s the error says so. */
  untilGone(ref: ObjectRef, uid: string): Promise<Result<'gone'>>;
}

/** What may we do here? One SelfSubjectRulesReview; SelfSubjectAccessReviews only for what it did not answer. */
export interface Access {
  /** With what is known by then of the server's clock. */
  serverVersion(): Promise<Result<{ gitVersion: string; clock?: ClockOffset | undefined }>>;
  /** The subset of `needs` that is not allowed. */
  missing(namespace: string, needs: readonly AccessNeed[]): Promise<Result<readonly AccessNeed[]>>;
  /** Waits until the API server answers again, at most `forMs`; false when it did not. For when nothing can be watched. */
  untilAnswers(forMs: number, signal: AbortSignal): Promise<boolean>;
}

/**
 * List + watch of the six watched kinds, kept current until `signal` aborts. Never polls. What surrounds them is watched
 * too, while `wantedAround` says so: its absence or refusal delays and fails nothing.
 */
export interface Watching {
  watch(scope: WatchScope, signal: AbortSignal): Feed;
}
export type WatchScope = {
  namespace: string;
  deployment: string;
  /** Label selector strings as the API takes them. */
  sutSelector: string;
  job: string;
  testcarSelector: string;
  /** Services whose endpoints matter: the run's own, and the live ones that select the SUT. */
  serviceNames: readonly string[];
};
export interface Feed {
  /** The newest observation, a new value after each change. */
  current(): Observation;
  /** Resolves at the next change after `current()` was last called (at once if one came since). Rejects on abort. */
  changed(): Promise<void>;
  /** Resolves when every kind was listed once or is failing. */
  synced(): Promise<void>;
}

/** Container logs. */
export interface Logs {
  /**
   * Follows the log of one instance of a container until that has ended, or `signal` aborts; the next lines are read only
   * when `take` has taken those before. Opens again when a stream ends early. Resolves with what is known about
   * its completeness, whatever happened; rejects only when `take` does.
   */
  follow(source: LogInstance, take: TakeLines, signal: AbortSignal): Promise<Ledger>;
  /** The whole log as it is now. */
  read(source: LogSource & { previous?: boolean; tailLines?: number }): Promise<Result<string>>;
  /** Time stamp of the first line that the node still has, in ms since the epoch; undefined when it has no line. */
  beginsAtMs(source: LogSource): Promise<Result<number | undefined>>;
}
export type LogSource = { namespace: string; pod: string; container: string };
/** What the caller has seen of the instance saves a look at the pod. */
export type LogInstance = LogSource & {
  /** The container's `restartCount`: 0 = its first instance. */
  restart: number;
  /** `replaced`: the next instance has begun. Left out = it runs, or may begin to. */
  seen?: 'ended' | 'replaced';
  /** By the node's clock. */
  startedAtMs?: number | undefined;
  /**
   * Each file of the node is opened as soon as it is the newest, and read when its turn comes: for a log that may be written
   * faster than it is read, and whose lines tell by themselves which is missing.
   */
  keepFiles?: true;
};
/** Lines without their line ends, in order. */
export type TakeLines = (lines: readonly string[]) => Promise<void> | void;

/** Turns a log into test results: that of the courier, or testcar's own. Pure in effect; a port because it needs gunzip, tar, SHA-256 and an XML reader. */
export interface ResultsReader {
  /** `keep` where attachments are asked for. */
  courier(runId: string, keep?: KeepAttachments): CourierReading;
  fromTestcarLog(log: string, runId: string): Promise<ResultsRead>;
}
/** Reads the log of one courier as it comes. */
export interface CourierReading {
  /** The next lines. Resolves when more can be taken; `whole` = everything that the courier sends has come. */
  take(lines: readonly string[]): Promise<'more' | 'whole'>;
  /** What the lines make up. Called once, after the last line. */
  end(): Promise<ResultsRead>;
  /** What was kept of the attachments; after `end`. Whatever became of them, the results stand by themselves. */
  attachments(): Promise<Attachments>;
}
/** `save` is given each file once, in the order of the archive. */
export type KeepAttachments = {
  maxBytes: number;
  save(from: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<Attachment>;
};

/** Where files are kept that testcar left for people: binary, hostile, and not redacted but for their names. */
export interface AttachmentStore {
  /**
   * Makes a new file below `dir`, whole or not at all. `taken` = something of that name is there, and nothing was read.
   * Rejects with the error of the file system or of `content`.
   */
  save(dir: string, path: AttachmentPath, content: AsyncIterable<Uint8Array>): Promise<'saved' | 'taken'>;
}

export interface Clock {
  /** Milliseconds since the epoch; never goes back during a run. */
  nowMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason on abort. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export type ClusterSecret = { kind: 'kubernetes-secret'; text: string; countedAs: string };

/** The place where the run is shown: an Azure log, a GitHub log, a terminal. The only way to print. */
export interface Host {
  /** Values that must never be printed or stored. Each line of a multi-line value is masked on its own. */
  mask(secret: string): void;
  /**
   * A value that must never be shown or stored, but is not for the agent to know: it comes from the cluster, so a command
   * with it would print hostile text, and a mask of the agent would blank the log of every later step of the job.
   * Values of one Secret key are counted as one.
   */
  redact(secret: ClusterSecret): void;
  /** The text as it would be shown, for what is made of it elsewhere: the name of a file. What is replaced is counted. */
  withoutSecrets(text: Untrusted): string;
  /** One line of progress by the gate. */
  say(line: Untrusted): void;
  /**
   * Lines written by testcar or the SUT: hostile. They are printed in the order of the calls, also between what is said.
   * Resolves when the console has room for more, or its reader has gone; never rejects. Whoever relays a log hands over one
   * small batch at a time and waits, so that a slow console slows the reading of the log, instead of filling the gate's memory.
   * A console that takes nothing any more never resolves it: wait for it only beside a signal or a clock.
   */
  relay(source: Untrusted, lines: readonly Untrusted[]): Promise<void>;
  /** The end: sections, verdict, files. Returns the exit code that the process must end with. */
  report(report: Report): Promise<void>;
}

/** The stream behind a host. Takes only lines that a neutraliser or a command serialiser made. */
export interface Output {
  line(text: SafeLine): void;
  /** As many lines at once, which costs less than one by one. */
  block(text: SafeBlock): void;
  /** Resolves when little enough is waiting to be written, at once if so, or when the reader has gone. Never rejects. */
  room(): Promise<void>;
  /** Resolves when everything is written, or the reader has gone. Never rejects. */
  flush(): Promise<void>;
}

/** Where the files of a run are kept. Rejects with the file system's error; a host tells it and goes on. */
export interface ReportStore {
  /** Creates `dir` and puts each file there in one step. Resolves with the absolute paths, in the same order. */
  write(dir: string, files: readonly ReportFile[]): Promise<readonly string[]>;
  /** Adds to the end of a file of the pipeline, for example GitHub's step summary. */
  append(path: string, content: SafeText): Promise<void>;
}

export type Ports = {
  objects: Objects;
  access: Access;
  watching: Watching;
  logs: Logs;
  results: ResultsReader;
  attachments: AttachmentStore;
  clock: Clock;
  host: Host;
};

export type { AccessNeed, ApiError, Watched };
