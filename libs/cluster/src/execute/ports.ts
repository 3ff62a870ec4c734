import type { ClusterAccess, SecretReader } from '@neo4j-operator/cluster-access';
import type { ApplyMemo } from '@neo4j-operator/reconcile-kit';
import type { Recent } from './recent.ts';

/** What carrying out needs beside the pass. */
export interface ExecutePorts {
  readonly access: Pick<ClusterAccess, 'get' | 'connect'>;
  readonly secrets: Pick<SecretReader, 'read'>;
  /** Objects that the server writes back in another form than they are rendered in. */
  readonly memo: ApplyMemo;
  /** What was refused, and must not be tried on every pass. */
  readonly refused: Recent;
  /** What Neo4j was asked for, and needs time for. */
  readonly asked: Recent;
  /** Accounts that were made, and that not every server may know yet. */
  readonly established: Recent;
}
