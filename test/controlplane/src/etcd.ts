// etcd: how it is started, and the one thing that tests do to it.

/** The ports of an etcd on 127.0.0.1. */
export interface EtcdPorts {
  readonly client: number;
  readonly peer: number;
}

/** The URL for clients. */
export function etcdUrl(ports: EtcdPorts): string {
  return `http://127.0.0.1:${String(ports.client)}`;
}

/** The arguments of an etcd of one member. Without fsync: nobody needs these data after a power cut. */
export function etcdArgs(dataDir: string, ports: EtcdPorts): string[] {
  const peerUrl = `http://127.0.0.1:${String(ports.peer)}`;
  return [
    `--data-dir=${dataDir}`,
    '--name=test',
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=${etcdUrl(ports)}`,
    `--advertise-client-urls=${etcdUrl(ports)}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=test=${peerUrl}`,
    // There is nobody to vote for but itself.
    '--heartbeat-interval=10',
    '--election-timeout=50',
  ];
}

/**
 * Forgets every revision but the newest.
 *
 * @returns the revision that is still there
 */
export async function compactEtcd(ports: EtcdPorts): Promise<string> {
  // Any read tells the current revision; the key of one zero byte is the first of all.
  const read = await post(ports, '/v3/kv/range', { key: 'AA==' });
  const { revision } = (read as { header: { revision: string } }).header;
  await post(ports, '/v3/kv/compaction', { revision, physical: true });
  return revision;
}

/** etcd's JSON gateway (etcd manual, "API guarantees" and "gRPC gateway"). */
async function post(ports: EtcdPorts, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${etcdUrl(ports)}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const received = await answer.text();
  if (!answer.ok) throw new Error(`etcd answered ${String(answer.status)} to ${path}: ${received}`);
  return JSON.parse(received);
}
