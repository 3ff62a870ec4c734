import { annotations } from '@neo4j-operator/cluster-access';
import type { Neo4jErrorReason } from '@neo4j-operator/neo4j-admin';
import type { ClusterState } from '../model/state.ts';
import { editionOf } from './members.ts';

/** What is known of the operator's account. */
export type AccountState =
  /** The cluster answered to it. */
  | 'works'
  /** It was refused and may never have been made: it is for the bootstrap login to make it. */
  | 'missing'
  /** It worked on these volumes once and is refused now. Trying other passwords would lock users. */
  | 'refused'
  /** Nobody answered, so nobody knows. */
  | 'unknown';

/**
 * Whether the account works. Identities are recorded by what it reads, so one on a claim proves that it worked on that volume; the mark on its
 * Secret proves less, as volumes can be new and the Secret kept. Community Edition tells no identities, so there the mark has to do.
 */
export function accountOf(state: ClusterState): AccountState {
  const { sight, servers } = state;
  switch (sight.kind) {
    case 'seen':
      return 'works';
    case 'unknown':
      return 'unknown';
    case 'failed':
      if (!refusals.has(sight.error.reason)) return 'unknown';
      if (editionOf(state) === 'community') return notedPassword(state) === undefined ? 'missing' : 'refused';
      return servers.some(({ recordedId }) => recordedId !== undefined) ? 'refused' : 'missing';
  }
}

/** Whether the administrator has to be given the password of the Secret; undefined: nothing is there to give. */
export function isPasswordDue(state: ClusterState): boolean | undefined {
  const version = adminSecretVersion(state);
  return version === undefined ? undefined : notedPassword(state) !== version;
}

/** What is noted once the administrator has the password of the Secret as it is; undefined if that cannot be used. */
export function adminSecretVersion({ accounts: { admin } }: ClusterState): string | undefined {
  if (admin.secret === undefined || admin.password === undefined || admin.problem !== undefined)
    return undefined;
  const { uid, resourceVersion } = admin.secret.metadata;
  return `${uid}/${resourceVersion}`;
}

function notedPassword({ accounts }: ClusterState): string | undefined {
  return accounts.operator.secret?.metadata.annotations?.[annotations.adminPassword];
}

/** `Forbidden`: the account was made and its role not yet granted. `LockedOut`: whoever polls was refused too often. */
const refusals: ReadonlySet<Neo4jErrorReason> = new Set([
  'Unauthorized',
  'LockedOut',
  'NoCredentials',
  'PasswordExpired',
  'Forbidden',
]);
