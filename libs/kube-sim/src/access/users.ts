// Who asks.
import { ApiFailure } from '../api/failure.ts';
import type { UserInfo } from '../api/request.ts';
import { type AccessAttributes, type Authorizer, forbidden } from './authorizer.ts';

/** What proves who one is. */
export interface Credentials {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bearer tokens and whose they are. */
  readonly tokens: ReadonlyMap<string, UserInfo>;
  /** The user of a client certificate that has been verified: its common name, in the groups of its organizations. */
  readonly certificate?: UserInfo;
}

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** A user as the server completes it: in the groups that follow from being known, and from the name of a service account. */
export function userOf(name: string, groups: readonly string[] = [], uid?: string): UserInfo {
  const all = [...groups, ...(groups.length === 0 ? serviceAccountGroups(name) : [])];
  if (name === anonymous.name) return anonymous;
  if (!all.includes('system:authenticated')) all.push('system:authenticated');
  return { name, groups: all, ...(uid === undefined ? {} : { uid }) };
}

/**
 * Finds out who asks: by certificate, else by token. Who shows neither is `system:anonymous`.
 *
 * @throws ApiFailure 401 for a token that nobody has
 */
export function authenticate({ headers, tokens, certificate }: Credentials): UserInfo {
  if (certificate !== undefined) return certificate;
  const token = /^bearer +(\S+)$/i.exec(headers['authorization'] ?? '')?.[1];
  if (token === undefined) return anonymous;
  const user = tokens.get(token);
  if (user === undefined) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
  return user;
}

/**
 * Who the request is to be carried out as: another user if its `Impersonate-` headers say so, else the one who asks. Extra
 * fields are not kept.
 *
 * @param attributes - what is asked for, by the user who asks
 * @throws ApiFailure 403 if the user may not, 400 for groups without a user
 */
export function impersonated(
  headers: Readonly<Record<string, string>>,
  attributes: AccessAttributes,
  authorizer: Authorizer,
): UserInfo {
  const name = headers['impersonate-user'];
  const uid = headers['impersonate-uid'];
  // Node.js joins the values of a header that is repeated.
  const groups = headers['impersonate-group']?.split(/, */) ?? [];
  if (name === undefined) {
    if (uid === undefined && groups.length === 0) return attributes.user;
    const said = `Name:"", UID:"${uid ?? ''}", Groups:[]string{${groups.map((group) => JSON.stringify(group)).join(', ')}}`;
    const info = `&user.DefaultInfo{${said}, Extra:map[string][]string(nil)}`;
    throw new ApiFailure(400, 'BadRequest', `requested ${info} without impersonating a user name`);
  }
  const [, , namespace, account] = serviceAccount.exec(name) === null ? [] : name.split(':');
  const wanted = [
    namespace === undefined
      ? { plural: 'users', name }
      : { plural: 'serviceaccounts', namespace, ...(account === undefined ? {} : { name: account }) },
    ...groups.map((group) => ({ plural: 'groups', name: group })),
    ...(uid === undefined ? [] : [{ group: 'authentication.k8s.io', plural: 'uids', name: uid }]),
  ];
  const { user } = attributes;
  for (const resource of wanted) {
    const asked = { user, verb: 'impersonate', path: '', resource: { group: '', ...resource } };
    const { allowed, reason } = authorizer.decide(asked);
    if (allowed) continue;
    if (resource !== wanted[0]) throw forbidden(asked, reason);
    // Without a permission for the user the server asks for a newer, narrower one, which it then names.
    const mode = namespace === undefined ? 'user-info' : 'serviceaccount';
    throw forbidden({ ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` }, reason);
  }
  return userOf(name, groups, uid);
}

const serviceAccount = /^system:serviceaccount:[^:]+:[^:]+$/;

function serviceAccountGroups(name: string): readonly string[] {
  if (!serviceAccount.test(name)) return [];
  return ['system:serviceaccounts', `system:serviceaccounts:${name.split(':')[2] ?? ''}`];
}
