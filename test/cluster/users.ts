import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError } from './errors.ts';
import { path } from './layout.ts';
import { createCertificate } from './pki.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** Requests of this group are written to the audit log (one line each), so that tests can count them. */
export const auditedGroup = 'gate-audit';

/** A kubeconfig for a user of this name and groups. It may do nothing until a test binds a role to it. */
export async function mintUser(name: string, groups: string[] = []): Promise<string> {
  for (const text of [name, ...groups]) {
    // A certificate's CN and O are at most 64 characters long (RFC 5280, appendix A.1).
    if (!/^[\x21-\x7e]{1,64}$/.test(text))
      throw new ClusterError(`not a usable user or group name: ${JSON.stringify(text)}`);
  }
  await mkdir(path.users, { recursive: true, mode: 0o700 });
  const id = createHash('sha256')
    .update(JSON.stringify([name, ...groups]))
    .digest('hex')
    .slice(0, 12);
  const target = join(path.users, `${id}.kubeconfig`);
  await createCertificate({ file: `user-${id}`, name, groups });
  await writeKubeconfig(target, `user-${id}`);
  return target;
}
