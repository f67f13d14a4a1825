/** The revision that was tested: workload + template + digests (design §2). */
export type Revision = {
  deploymentName: string;
  deploymentUid: string;
  generation: number;
  replicaSetName: string;
  replicaSetUid: string;
  podTemplateHash: string;
  podUids: readonly string[];
  /** Main container name → imageID as the runtime reports it. */
  imageIDs: Readonly<Record<string, string>>;
  restarts: number;
  /** `pod/container`, sorted: what somebody put into the pods by hand (`kubectl debug`). */
  ephemeralContainers: readonly string[];
};
