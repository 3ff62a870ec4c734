// The users of a control plane.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiCallOk } from './api-call.ts';
import {
  type Credentials,
  type ServerAddress,
  type TokenCredentials,
  writeCredentials,
  writeTokenCredentials,
} from './credentials.ts';
import type { Authority, KeyPair, Validity } from './pki.ts';

/** A rule of a role, as in `rbac.authorization.k8s.io/v1`. */
export interface PolicyRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** A user that proves itself by a token of the API server's token file. */
export interface StaticToken {
  readonly token: string;
  readonly userName: string;
  readonly groups: readonly string[];
}

const conflict = 409;
const serviceAccountTokenSeconds = 86_400;

/** Makes users, in each of the ways in which the API server knows them. */
export class Users {
  /** A member of `system:masters`, which may do everything. */
  readonly admin: Credentials<KeyPair>;
  readonly #dir: string;
  readonly #address: ServerAddress;
  readonly #authority: Authority;
  readonly #tokens: readonly StaticToken[];

  /** @param dir - where kubeconfigs and service account folders go */
  static async create(
    dir: string,
    address: ServerAddress,
    authority: Authority,
    tokens: readonly StaticToken[],
  ): Promise<Users> {
    const identity = await authority.issueClient('admin', ['system:masters']);
    return new Users(dir, address, authority, tokens, writeCredentials(dir, address, 'admin', identity));
  }

  private constructor(
    dir: string,
    address: ServerAddress,
    authority: Authority,
    tokens: readonly StaticToken[],
    admin: Credentials<KeyPair>,
  ) {
    this.#dir = dir;
    this.#address = address;
    this.#authority = authority;
    this.#tokens = tokens;
    this.admin = admin;
  }

  /** A user with a client certificate. */
  async byCertificate(
    userName: string,
    groups: readonly string[],
    validity?: Validity,
  ): Promise<Credentials<KeyPair>> {
    const identity = await this.#authority.issueClient(userName, groups, validity);
    return writeCredentials(this.#dir, this.#address, userName, identity);
  }

  /** A user of the token file. */
  byStaticToken(userName: string): TokenCredentials {
    const found = this.#tokens.find((entry) => entry.userName === userName);
    if (found === undefined) throw new Error(`${userName} is not among the tokenUsers of this control plane`);
    return writeTokenCredentials(this.#dir, this.#address, userName, found.token, 'default');
  }

  /** A service account, made if it is not there, with a token from the TokenRequest API. */
  async serviceAccount(namespace: string, name: string): Promise<TokenCredentials> {
    const path = await this.ensureServiceAccount(namespace, name);
    const answer = await apiCallOk(this.admin, {
      method: 'POST',
      path: `${path}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: serviceAccountTokenSeconds },
      },
    });
    const { token } = (answer as { status: { token: string } }).status;
    const userName = `system:serviceaccount:${namespace}:${name}`;
    return writeTokenCredentials(this.#dir, this.#address, userName, token, namespace);
  }

  /** The same user, reaching the API server at another address. */
  via(address: ServerAddress, user: TokenCredentials): TokenCredentials {
    const dir = join(this.#dir, `via-${new URL(address.server).port}`);
    mkdirSync(dir, { recursive: true });
    return writeTokenCredentials(dir, address, user.userName, user.identity.token, user.namespace);
  }

  /** Makes a service account if it is not there; returns its path. */
  async ensureServiceAccount(namespace: string, name: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    const body = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
    await apiCallOk(this.admin, { method: 'POST', path, body }, [conflict]);
    return `${path}/${name}`;
  }

  /** Makes a cluster role with these rules and binds it to the user, everywhere. */
  grant(userName: string, roleName: string, rules: readonly PolicyRule[]): Promise<void> {
    return grant(this.admin, userName, roleName, rules);
  }
}

/** Makes a cluster role with these rules and binds it to a user, everywhere. */
export async function grant(
  admin: Credentials,
  userName: string,
  roleName: string,
  rules: readonly PolicyRule[],
): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const base = `/apis/${group}/v1`;
  const apiVersion = `${group}/v1`;
  const metadata = { name: roleName };
  await apiCallOk(admin, {
    method: 'POST',
    path: `${base}/clusterroles`,
    body: { apiVersion, kind: 'ClusterRole', metadata, rules },
  });
  await apiCallOk(admin, {
    method: 'POST',
    path: `${base}/clusterrolebindings`,
    body: {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: roleName },
      subjects: [{ apiGroup: group, kind: 'User', name: userName }],
    },
  });
}
