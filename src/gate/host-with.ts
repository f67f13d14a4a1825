import type { Host } from '../ports.ts';

/** The host with its own way to show progress; what it hides and how it reports stays the same. */
export function hostWith(host: Host, own: Pick<Host, 'say' | 'relay'>): Host {
  return {
    mask: (secret) => {
      host.mask(secret);
    },
    redact: (secret) => {
      host.redact(secret);
    },
    withoutSecrets: (text) => host.withoutSecrets(text),
    report: (report) => host.report(report),
    ...own,
  };
}
