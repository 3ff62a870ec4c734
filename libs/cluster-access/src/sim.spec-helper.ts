import { seededRng, VirtualClock } from '@neo4j-operator/clock';
import type { BoltConnector, Statement } from '@neo4j-operator/neo4j-admin';
import { versionOf } from '@neo4j-operator/neo4j-admin';
import {
  inProcessConnector,
  realTimings,
  SimCluster,
  type SimClusterOptions,
} from '@neo4j-operator/neo4j-sim';
import { objectKey, silentLogger } from '@neo4j-operator/reconcile-kit';
import { ClusterAccess, type ClusterAccessOptions } from './cluster-access.ts';
import type { ClusterChange, ClusterTarget } from './session.ts';

/** The cluster of most specs. */
export const graph = objectKey('prod', 'graph');

/** A simulated cluster that has formed, and access to it that counts. */
export interface Lab {
  readonly clock: VirtualClock;
  readonly sim: SimCluster;
  readonly access: ClusterAccess;
  readonly target: ClusterTarget;
  /** What was handed to links, in order. */
  readonly sent: Statement[];
  readonly openLinks: () => number;
  readonly changes: ClusterChange[];
}

/** As `prod/graph` the access reaches a cluster with the real timings. */
export async function lab({
  access: accessOptions = {},
  ...options
}: Partial<SimClusterOptions> & { readonly access?: Partial<ClusterAccessOptions> } = {}): Promise<Lab> {
  const clock = new VirtualClock();
  const sim = new SimCluster({ clock, rng: seededRng(3), timings: realTimings, ...options });
  for (let index = 0; index < (options.servers ?? 3); index++) await sim.add();
  await clock.advance(20_000);
  if (options.edition !== 'community' && !sim.isSettled()) throw new Error('the cluster did not form');
  const sent: Statement[] = [];
  const links = new Set<object>();
  const inner: BoltConnector = inProcessConnector(sim.network);
  const connector: BoltConnector = {
    open: (endpoint) => {
      const link = inner.open(endpoint);
      links.add(link);
      return {
        run: (statement, runOptions) => {
          sent.push(statement);
          return link.run(statement, runOptions);
        },
        connections: () => link.connections(),
        close: () => {
          links.delete(link);
          return link.close();
        },
      };
    },
  };
  const access = new ClusterAccess({
    clock,
    rng: seededRng(5),
    logger: silentLogger,
    connector,
    ...accessOptions,
  });
  const changes: ClusterChange[] = [];
  access.changes$.subscribe((change) => changes.push(change));
  const target: ClusterTarget = {
    addresses: sim.members.flatMap(({ boltAddress }) => boltAddress ?? []),
    version: versionOf(options.version ?? '2026.08.1'),
    edition: options.edition ?? 'enterprise',
    credentials: () => Promise.resolve({ username: 'neo4j', password: sim.password }),
  };
  return { clock, sim, access, target, sent, openLinks: () => links.size, changes };
}

/** A signal that is never aborted. */
export const forever = new AbortController().signal;
