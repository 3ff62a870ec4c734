// ClusterConnections for a spec, to a server that may be real or simulated.
import { systemClock } from '@neo4j-operator/clock';
import {
  ClusterConnections,
  type ConnectionLimits,
  type Credentials,
  driverConnector,
  Neo4jError,
} from '@neo4j-operator/neo4j-admin';
import type { ServerUnderTest } from './harness.ts';

/** Changes to the usual. */
export interface ConnectOptions {
  readonly credentials?: Credentials | (() => Credentials);
  readonly trust?: 'plaintext' | { readonly authorities: readonly string[] };
  readonly limits?: Partial<ConnectionLimits>;
}

/** Connections to one server, by the driver. */
export function connect(
  server: Pick<ServerUnderTest, 'boltAddress' | 'credentials' | 'authorities'>,
  options: ConnectOptions = {},
): ClusterConnections {
  const { authorities, boltAddress } = server;
  const { credentials = server.credentials, limits = {} } = options;
  return new ClusterConnections({
    clock: systemClock,
    connector: driverConnector({ clock: systemClock }),
    addresses: () => [boltAddress],
    credentials: () => Promise.resolve(typeof credentials === 'function' ? credentials() : credentials),
    trust: () => options.trust ?? (authorities === undefined ? 'plaintext' : { authorities }),
    limits,
  });
}

/** The reason for which it fails; `none` if it does not. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (error instanceof Neo4jError) return error.reason;
    throw error;
  }
}
