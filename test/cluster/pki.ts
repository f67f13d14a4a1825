import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './commands.ts';
import { kubernetesServiceIp, nodeIp, nodeName, path } from './layout.ts';

export type Identity = { name: string; groups: string[] };

type CertificateRequest = Identity & { file: string; addresses?: string[] };

const file = (name: string) => join(path.pki, name);

/** One authority signs everything. Who a client is, is in its certificate: CN is the user, O its groups. */
export async function createPki(): Promise<void> {
  await mkdir(path.pki, { recursive: true, mode: 0o700 });
  await createAuthority();
  await Promise.all([
    createServiceAccountKey(),
    createCertificate({
      file: 'apiserver',
      name: 'kube-apiserver',
      groups: [],
      addresses: [
        'IP:127.0.0.1',
        `IP:${nodeIp}`,
        `IP:${kubernetesServiceIp}`,
        'DNS:localhost',
        'DNS:kubernetes',
        'DNS:kubernetes.default',
        'DNS:kubernetes.default.svc',
        'DNS:kubernetes.default.svc.cluster.local',
      ],
    }),
    createCertificate({
      file: 'kubelet',
      // The Node authorizer knows a kubelet by exactly this name and group.
      name: `system:node:${nodeName}`,
      groups: ['system:nodes'],
      addresses: [`IP:${nodeIp}`, `DNS:${nodeName}`],
    }),
    createCertificate({ file: 'admin', name: 'admin', groups: ['system:masters'] }),
    createCertificate({ file: 'controller-manager', name: 'system:kube-controller-manager', groups: [] }),
    createCertificate({ file: 'scheduler', name: 'system:kube-scheduler', groups: [] }),
    createCertificate({ file: 'proxy', name: 'system:kube-proxy', groups: [] }),
  ]);
}

/** Writes FILE.crt and FILE.key below the pki folder. */
export async function createCertificate({ file: base, name, groups, addresses }: CertificateRequest): Promise<void> {
  const extensions = [
    'basicConstraints = critical,CA:FALSE',
    'keyUsage = critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage = clientAuth${addresses === undefined ? '' : ',serverAuth'}`,
    ...(addresses === undefined ? [] : [`subjectAltName = ${addresses.join(',')}`]),
  ];
  const subject = [...groups.map((group) => `/O=${escaped(group)}`), `/CN=${escaped(name)}`].join('');
  await selfContainedRequest(base, subject, extensions, ['-CA', file('ca.crt'), '-CAkey', file('ca.key')]);
}

async function createAuthority(): Promise<void> {
  const extensions = ['basicConstraints = critical,CA:TRUE', 'keyUsage = critical,keyCertSign,cRLSign'];
  await selfContainedRequest('ca', '/CN=testcar-gate-test-cluster', extensions, []);
}

async function createServiceAccountKey(): Promise<void> {
  await run('openssl', ['genrsa', '-out', file('service-accounts.key'), '2048']);
}

/** The machine's openssl.cnf is left out of it: it would add extensions of its own. */
async function selfContainedRequest(
  base: string,
  subject: string,
  extensions: string[],
  signer: string[],
): Promise<void> {
  const config = ['[req]', 'distinguished_name = subject', '[subject]', '[extensions]', ...extensions, ''].join('\n');
  await writeFile(file(`${base}.cnf`), config);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', file(`${base}.key`)];
  const certificate = ['-config', file(`${base}.cnf`), '-extensions', 'extensions', '-subj', subject, '-utf8'];
  const out = ['-days', '365', '-out', file(`${base}.crt`)];
  await run('openssl', ['req', '-x509', ...key, ...certificate, ...signer, ...out]);
}

/** `/` and `+` separate the parts of an openssl subject (openssl-req(1), -subj). */
function escaped(text: string): string {
  return text.replace(/[\\/+]/g, '\\$&');
}
