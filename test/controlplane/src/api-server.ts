// How kube-apiserver and kube-controller-manager are started.
import { join } from 'node:path';

import { auditPolicy } from './audit.ts';
import { type Credentials, writePrivate } from './credentials.ts';
import { type Authority, createSigningKey } from './pki.ts';
import type { StaticToken } from './users.ts';

/** The files that the servers read, all in the control plane's folder. */
export interface ServerFiles {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly serviceAccountKey: string;
  readonly tokens: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
}

/** Writes them. */
export async function writeServerFiles(
  dir: string,
  authority: Authority,
  tokens: readonly StaticToken[],
): Promise<ServerFiles> {
  const names = ['127.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const serving = await authority.issueServer(names);
  const write = (name: string, content: string): string => writePrivate(join(dir, name), content);
  return {
    ca: write('ca.crt', authority.cert),
    cert: write('apiserver.crt', serving.cert),
    key: write('apiserver.key', serving.key),
    serviceAccountKey: write('service-account.key', createSigningKey()),
    tokens: write('tokens.csv', tokens.map(tokenLine).join('')),
    auditPolicy: write('audit-policy.json', JSON.stringify(auditPolicy)),
    auditLog: join(dir, 'audit.log'),
  };
}

/** A line of kube-apiserver's static token file: token, user name, uid, groups. */
function tokenLine({ token, userName, groups }: StaticToken): string {
  return `${token},"${userName}","${userName}","${groups.join(',')}"\n`;
}

/** The arguments of kube-apiserver. Admission is what it is by default. */
export function apiServerArgs(port: number, etcd: string, files: ServerFiles): string[] {
  return [
    `--etcd-servers=${etcd}`,
    // History goes when a test says so.
    '--etcd-compaction-interval=0',
    '--bind-address=127.0.0.1',
    `--secure-port=${String(port)}`,
    '--advertise-address=127.0.0.1',
    // It would publish the address as endpoint of the Service "kubernetes", where loopback is refused.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/16',
    `--tls-cert-file=${files.cert}`,
    `--tls-private-key-file=${files.key}`,
    `--client-ca-file=${files.ca}`,
    `--token-auth-file=${files.tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--authorization-mode=RBAC',
    // Without it a server that is asked to end waits a minute for its watches.
    '--shutdown-watch-termination-grace-period=1s',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    '--audit-log-maxsize=0',
    // An entry is in the file before its answer is complete, so that a test can count right after its last request.
    '--audit-log-mode=blocking',
  ];
}

/** The arguments of kube-controller-manager. It serves nothing itself. */
export function controllerManagerArgs(user: Credentials, files: ServerFiles): string[] {
  return [
    `--kubeconfig=${user.kubeconfigFile}`,
    '--secure-port=0',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.ca}`,
  ];
}
