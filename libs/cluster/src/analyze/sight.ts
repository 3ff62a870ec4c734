import { type ClusterSession, type Sight, secretText } from '@neo4j-operator/cluster-access';
import type { Credentials, Edition } from '@neo4j-operator/neo4j-admin';
import type { ObjectKey } from '@neo4j-operator/reconcile-kit';
import type { RunningImage } from '../model/state.ts';
import type { AnalyzePorts } from './ports.ts';
import type { UnseenServer } from './servers.ts';

/** How a cluster was seen, and through what. */
export interface Seen {
  readonly session: ClusterSession | undefined;
  readonly sight: Sight;
}

/** Opens the session of a cluster as soon as it has servers, tells it of the present ones, and asks what it says now. */
export async function lookAt(
  cluster: ObjectKey,
  input: {
    readonly servers: readonly UnseenServer[];
    readonly running: RunningImage | undefined;
    readonly edition: Edition;
    readonly operatorSecret: ObjectKey;
  },
  { access, secrets }: Pick<AnalyzePorts, 'access' | 'secrets'>,
  signal: AbortSignal,
): Promise<Seen> {
  const addresses = input.servers
    .filter(({ statefulSet }) => statefulSet !== undefined)
    .map(({ boltAddress }) => boltAddress);
  if (addresses.length === 0 || input.running === undefined) {
    const session = access.get(cluster);
    return { session, sight: session?.sight ?? { kind: 'unknown' } };
  }
  const session = access.open(cluster, {
    addresses,
    version: input.running.version,
    edition: input.edition,
    credentials: () => readCredentials(secrets, input.operatorSecret),
  });
  return { session, sight: await session.fresh(signal) };
}

/**
 * A login as a Secret holds it.
 *
 * @throws Error if there is none
 */
export async function readCredentials(
  secrets: AnalyzePorts['secrets'],
  key: ObjectKey,
  signal?: AbortSignal,
): Promise<Credentials> {
  const secret = await secrets.read(key, signal);
  const username = secretText(secret, 'username');
  const password = secretText(secret, 'password');
  if (username === undefined || password === undefined) {
    throw new Error(
      secret === undefined
        ? `there is no Secret ${key}`
        : `the Secret ${key} lacks the key username or password`,
    );
  }
  return { username, password };
}
