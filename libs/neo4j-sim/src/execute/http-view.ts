import type { HttpDatabase, HttpView } from '../http/view.ts';
import type { RaftMember } from '../model/raft.ts';
import type { SimServer } from '../model/server.ts';
import { ServerEndpoint } from './endpoint.ts';

/** A running server as its HTTP clients see it. */
export function httpView(server: SimServer): HttpView {
  const endpoint = new ServerEndpoint(server);
  const { configuration } = server;
  return {
    version: configuration.version,
    edition: configuration.edition,
    advertisedAddress: configuration.boltAddress,
    clusterStatusAuthEnabled:
      configuration.settings.get('dbms.security.cluster_status_auth_enabled') !== 'false',
    onStop: (callback) => endpoint.onStop(callback),
    login: (auth) => endpoint.login(auth),
    databases: () => hosted(server),
  };
}

function hosted(server: SimServer): readonly HttpDatabase[] {
  const { system } = server;
  if (!server.isMember || system === undefined) return [];
  return [
    databaseOf(server, 'system', '00000000-0000-0000-0000-000000000001', system),
    ...[...server.copies.values()].flatMap(({ id, name, raft }) =>
      raft === undefined ? [] : [databaseOf(server, name, id, raft)],
    ),
  ];
}

function databaseOf<C>(server: SimServer, name: string, uuid: string, raft: RaftMember<C>): HttpDatabase {
  const votes = raft.members.includes(server.id);
  return {
    name,
    uuid,
    role: raft.isLeader ? 'leader' : votes ? 'follower' : 'secondary',
    isAvailable: true,
    status: {
      lastAppliedRaftIndex: raft.store.commitIndex,
      votingMembers: raft.members,
      memberId: server.id,
      leader: raft.leader,
      millisSinceLastLeaderMessage:
        votes && raft.heardAt > -Infinity
          ? Math.round(server.network.clock.monotonic() - raft.heardAt)
          : undefined,
      participatingInRaftGroup: votes && raft.leader !== undefined,
      isHealthy: !votes || raft.leader !== undefined,
    },
  };
}
