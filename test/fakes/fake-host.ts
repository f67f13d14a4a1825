import type { Report } from '../../src/core/report/report.ts';
import type { ClusterSecret, Host } from '../../src/ports.ts';

/** Records what the gate told its host, in order. */
export class FakeHost implements Host {
  readonly secrets: string[] = [];
  readonly clusterSecrets: ClusterSecret[] = [];
  readonly said: string[] = [];
  readonly relayed: { source: string; line: string }[] = [];
  readonly reports: Report[] = [];
  /** Set to make `report` reject, as a full disk would. */
  reportFailure: Error | undefined;

  mask(secret: string): void {
    this.secrets.push(secret);
  }

  redact(secret: ClusterSecret): void {
    this.clusterSecrets.push(secret);
  }

  withoutSecrets(text: string): string {
    const known = [...this.secrets, ...this.clusterSecrets.map((secret) => secret.text)];
    return known.reduce((left, secret) => left.replaceAll(secret, '***'), text);
  }

  say(line: string): void {
    this.said.push(line);
  }

  async relay(source: string, lines: readonly string[]): Promise<void> {
    for (const line of lines) this.relayed.push({ source, line });
  }

  async report(report: Report): Promise<void> {
    if (this.reportFailure !== undefined) throw this.reportFailure;
    this.reports.push(report);
  }

  /** The one report of a run; throws when there was none or more than one. */
  theReport(): Report {
    const [only, ...more] = this.reports;
    if (only === undefined || more.length > 0) throw new Error(`expected one report, got ${this.reports.length}`);
    return only;
  }
}
