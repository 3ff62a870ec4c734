// How a running server answers a probe, without a socket.
import { type HttpDatabase, httpView, type SimServer } from '@neo4j-operator/neo4j-sim';

/** What a kubelet asks. */
export interface ProbeQuestion {
  readonly type: 'httpGet' | 'tcpSocket' | 'grpc';
  readonly port: number;
  readonly path: string;
  /** The header of that name. */
  readonly authorization: string | undefined;
}

const ofDatabase = /^\/db\/([^/]+)\/cluster\/(writable|read-only|available|status)$/;

/** The HTTP status; 200 for a TCP port that is open; undefined if nothing listens there. */
export function statusOf(
  server: SimServer,
  { authorization, path, port, type }: ProbeQuestion,
): number | undefined {
  const { edition, httpAddress, settings } = server.configuration;
  const bolt = portOf(settings.get('server.bolt.listen_address'), 7687);
  const http = httpAddress === null ? undefined : portOf(settings.get('server.http.listen_address'), 7474);
  const cluster =
    edition === 'community' ? undefined : portOf(settings.get('server.cluster.listen_address'), 6000);
  if (type === 'tcpSocket') return [bolt, http, cluster].includes(port) ? 200 : undefined;
  if (type !== 'httpGet') return undefined;
  // The Bolt port answers a plain GET, too, as it takes web sockets.
  if (port === bolt) return 200;
  return port === http ? httpStatus(server, path, authorization) : undefined;
}

/** The port of `host:port`, `:port` or nothing. */
export function portOf(address: string | undefined, byDefault: number): number {
  const [, digits] = /:(\d+)$/.exec(address ?? '') ?? [];
  return digits === undefined ? byDefault : Number(digits);
}

function httpStatus(server: SimServer, path: string, authorization: string | undefined): number {
  if (path === '/' || path === '') return 200;
  const view = httpView(server);
  const [, name, kind] = ofDatabase.exec(path) ?? [];
  if (name === undefined || view.edition === 'community') return 404;
  if (view.clusterStatusAuthEnabled && authorization === undefined) return 401;
  const database = view.databases().find((each) => each.name === decodeURIComponent(name));
  return database !== undefined && holds(kind ?? '', database) ? 200 : 404;
}

function holds(kind: string, { isAvailable, role }: HttpDatabase): boolean {
  switch (kind) {
    case 'writable':
      return isAvailable && role === 'leader';
    case 'read-only':
      return isAvailable && role !== 'leader';
    case 'available':
      return isAvailable;
    default:
      return true;
  }
}
