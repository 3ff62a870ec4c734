import { uuid } from '@neo4j-operator/clock';
import type { SimNetwork } from './network.ts';
import type { DatabaseRecord } from './records.ts';

/** What has to be said of a new database. */
export type DatabaseBeginning = Pick<
  DatabaseRecord,
  'hosts' | 'language' | 'name' | 'primaries' | 'secondaries'
> &
  Partial<Pick<DatabaseRecord, 'access' | 'options' | 'seed' | 'store'>>;

/** The record of a database that is new, with an id of its own. */
export function newDatabase(network: SimNetwork, beginning: DatabaseBeginning): DatabaseRecord {
  const now = network.clock.now();
  return {
    id: uuid(network.rng).replaceAll('-', '').toUpperCase(),
    founders: beginning.hosts.filter(({ role }) => role === 'primary').map(({ server }) => server),
    seed: { kind: 'empty' },
    status: 'online',
    access: 'read-write',
    options: {},
    store: 'block-block-1.1',
    createdAt: now,
    startedAt: now,
    stoppedAt: undefined,
    restarts: 0,
    ...beginning,
  };
}
