// The users that a server knows, in the forms in which clients read who they are.
import { randomUUID } from 'node:crypto';
import type { UserInfo } from '../api/request.ts';
import { userOf } from '../access/index.ts';
import type { Authority, KeyPair } from './certificates.ts';

/** Where a server is and how to know it. */
export interface ServerAddress {
  /** For example `https://127.0.0.1:20443`. */
  readonly server: string;
  /** The certificate of its authority, PEM. */
  readonly ca: string;
}

/** A user and the proof of being it. */
export interface ServerUser<Identity = { readonly token: string } | KeyPair> {
  readonly name: string;
  readonly identity: Identity;
  /** A kubeconfig with one context. It is JSON, which is YAML as well. */
  kubeconfig(namespace?: string): string;
}

/** Makes users. */
export class Users {
  /** Bearer tokens and whose they are. */
  readonly tokens = new Map<string, UserInfo>();
  readonly #address: ServerAddress;
  readonly #authority: Authority;

  constructor(address: ServerAddress, authority: Authority) {
    this.#address = address;
    this.#authority = authority;
  }

  /** A user with a bearer token, by default a new one. */
  byToken(
    name: string,
    groups: readonly string[] = [],
    token: string = randomUUID(),
  ): ServerUser<{ readonly token: string }> {
    this.tokens.set(token, userOf(name, groups));
    return this.#user(name, { token }, { token });
  }

  /** A user with a client certificate. */
  byCertificate(name: string, groups: readonly string[] = []): ServerUser<KeyPair> {
    const identity = this.#authority.issueClient(name, groups);
    return this.#user(name, identity, {
      'client-certificate-data': base64(identity.cert),
      'client-key-data': base64(identity.key),
    });
  }

  #user<Identity>(name: string, identity: Identity, user: object): ServerUser<Identity> {
    const { server, ca } = this.#address;
    const cluster = { server, 'certificate-authority-data': base64(ca) };
    return {
      name,
      identity,
      kubeconfig: (namespace = 'default') =>
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Config',
          clusters: [{ name: 'kube-sim', cluster }],
          users: [{ name, user }],
          contexts: [{ name: 'kube-sim', context: { cluster: 'kube-sim', user: name, namespace } }],
          'current-context': 'kube-sim',
        }),
    };
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
