import type { SimAuth, SimEndpoint, SimLogin } from '../contract.ts';

/** What a server knows of the Raft group of a database that it hosts. */
export interface HttpDatabaseStatus {
  readonly lastAppliedRaftIndex: number;
  /** Of the servers that vote. */
  readonly votingMembers: readonly string[];
  readonly memberId: string;
  /** Absent when there is none. */
  readonly leader: string | undefined;
  /** `undefined` on a secondary. */
  readonly millisSinceLastLeaderMessage: number | undefined;
  readonly participatingInRaftGroup: boolean;
  readonly isHealthy: boolean;
}

/** One database that this server hosts. */
export interface HttpDatabase {
  readonly name: string;
  readonly uuid: string;
  readonly role: 'leader' | 'follower' | 'secondary';
  readonly isAvailable: boolean;
  readonly status: HttpDatabaseStatus;
}

/** One running server as its HTTP clients see it; read at each request. */
export interface HttpView extends Pick<SimEndpoint, 'version' | 'edition' | 'advertisedAddress' | 'onStop'> {
  /** `dbms.security.cluster_status_auth_enabled` */
  readonly clusterStatusAuthEnabled: boolean;
  login(auth: SimAuth): SimLogin;
  /** Those that are hosted here. */
  databases(): readonly HttpDatabase[];
}
