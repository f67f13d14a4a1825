/** The reason to abort a run's signal with. */
export class Cancelled extends Error {
  readonly signalName: 'SIGINT' | 'SIGTERM';
  constructor(signalName: 'SIGINT' | 'SIGTERM') {
    super(`cancelled by ${signalName}`);
    this.signalName = signalName;
  }
}
