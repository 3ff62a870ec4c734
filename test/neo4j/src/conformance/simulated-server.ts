// A simulated Community server of a version, behind real ports.
import { systemClock } from '@neo4j-operator/clock';
import { httpView, listenHttp, startSimCluster } from '@neo4j-operator/neo4j-sim';
import type { ServerUnderTest } from '../harness.ts';
import type { ServerVersion } from '../versions.ts';

const host = '127.0.0.1';

/** Starts one, with Bolt and HTTP; it is ready when this resolves. */
export async function startSimulatedServer(version: ServerVersion): Promise<ServerUnderTest> {
  const password = 'initial-password';
  const edition = 'community';
  const cluster = await startSimCluster({
    clock: systemClock,
    servers: 1,
    version,
    edition,
    password,
    listen: true,
  });
  const view = httpView(cluster.server(0));
  const http = await listenHttp(view, { host, port: 0 });
  return {
    name: `neo4j-sim ${version} ${edition}`,
    version,
    edition,
    boltAddress: view.advertisedAddress,
    httpAddress: `${host}:${http.port}`,
    credentials: { username: 'neo4j', password },
    stop: () => cluster.close(),
  };
}
