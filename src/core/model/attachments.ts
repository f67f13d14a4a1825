/** A file that testcar left beside its results: kept for a person, never evidence. */
export type Attachment = {
  /** As testcar named it, below the results folder. Hostile. */
  from: string;
  /** Where it is, below the folder of the report. */
  path: string;
  bytes: number;
  /** Index of the shard, of a sharded run. */
  shard?: number;
};

export type Attachments = {
  files: readonly Attachment[];
  /** What did not come, and why: one sentence each. */
  lost: readonly string[];
};

export const NO_ATTACHMENTS: Attachments = { files: [], lost: [] };
