// Who a client is, in the forms in which clients read it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from './pki.ts';

/** A way to prove who one is: a client certificate or a bearer token. */
export type Identity = KeyPair | { readonly token: string };

/** Where the API server is and how to know it. */
export interface ServerAddress {
  /** For example `https://127.0.0.1:20443`. */
  readonly server: string;
  /** The certificate of its authority, PEM. */
  readonly ca: string;
}

/** A user of a control plane. */
export interface Credentials<I extends Identity = Identity> extends ServerAddress {
  /** The name that the audit log and RBAC know. */
  readonly userName: string;
  readonly identity: I;
  /** The same as a kubeconfig, in the control plane's folder. */
  readonly kubeconfigFile: string;
}

/** A user with a bearer token, also laid out like a pod's service account. */
export interface TokenCredentials extends Credentials<{ readonly token: string }> {
  readonly namespace: string;
  /** A folder with the files `token`, `ca.crt` and `namespace`. */
  readonly mountDir: string;
}

/** A kubeconfig with one context. It is JSON, which is YAML as well. */
export function kubeconfigText(address: ServerAddress, identity: Identity, namespace = 'default'): string {
  const name = 'test';
  const user =
    'token' in identity
      ? { token: identity.token }
      : { 'client-certificate-data': base64(identity.cert), 'client-key-data': base64(identity.key) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: address.server, 'certificate-authority-data': base64(address.ca) } },
    ],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
  return JSON.stringify(config, null, 2);
}

/** Writes the kubeconfig of a user into `dir`. */
export function writeCredentials<I extends Identity>(
  dir: string,
  address: ServerAddress,
  userName: string,
  identity: I,
): Credentials<I> {
  const kubeconfigFile = join(dir, `${fileName(userName)}.kubeconfig`);
  writePrivate(kubeconfigFile, kubeconfigText(address, identity));
  return { ...address, userName, identity, kubeconfigFile };
}

/** Writes the kubeconfig and the service account folder of a user into `dir`. */
export function writeTokenCredentials(
  dir: string,
  address: ServerAddress,
  userName: string,
  token: string,
  namespace: string,
): TokenCredentials {
  const mountDir = join(dir, `${fileName(userName)}.serviceaccount`);
  mkdirSync(mountDir, { recursive: true });
  writePrivate(join(mountDir, 'token'), token);
  writePrivate(join(mountDir, 'ca.crt'), address.ca);
  writePrivate(join(mountDir, 'namespace'), namespace);
  return { ...writeCredentials(dir, address, userName, { token }), namespace, mountDir };
}

/** Writes a file that only its owner reads. */
export function writePrivate(path: string, content: string): string {
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** User names have colons and slashes. */
function fileName(userName: string): string {
  return userName.replaceAll(/[^\w.-]/g, '_');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
