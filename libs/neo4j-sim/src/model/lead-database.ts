import type { DatabaseCopy } from './copy.ts';
import type { SimServer } from './server.ts';

/**
 * What the leader of a database does beside replicating: brings the members of its Raft group to what the system database wants, one
 * after another, new ones before old ones, and gives the leadership away if it is to go itself.
 */
export function leadDatabase(server: SimServer, copy: DatabaseCopy): void {
  const { raft } = copy;
  const record = server.state.databases.get(copy.name);
  if (raft?.isLeader !== true || record?.id !== copy.id) return;
  const { members } = raft;
  const wanted = record.hosts.filter(({ role }) => role === 'primary').map((host) => host.server);
  const missing = wanted.filter((id) => !members.includes(id));
  const ready = missing.find((id) => isOnline(server, id, copy.id));
  if (ready !== undefined) {
    if (raft.changeMembers([...members, ready]) === 'committed') server.network.touch();
    return;
  }
  if (missing.length > 0) return;
  const surplus = members.filter((id) => !wanted.includes(id));
  const other = surplus.find((id) => id !== server.id);
  if (other !== undefined) {
    if (raft.changeMembers(members.filter((id) => id !== other)) === 'committed') server.network.touch();
    return;
  }
  if (!surplus.includes(server.id)) return;
  const heir = wanted.find((id) => isOnline(server, id, copy.id));
  if (heir !== undefined) raft.transferTo(heir);
}

function isOnline(server: SimServer, id: string, database: string): boolean {
  return server.network.reachable(server, id)?.copies.get(database)?.raft !== undefined;
}
