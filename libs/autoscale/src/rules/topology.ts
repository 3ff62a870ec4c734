// A pool never shrinks below what databases ask for. It does not grow because of them: a topology that does not fit was refused or is reported where the database is reconciled.
import type { DatabaseObservation, PoolName } from '../observation.ts';
import type { Rule } from './types.ts';
import { hold, shrinks } from './verdict.ts';

/**
 * `databases: []` says that there are none, and nothing is held. `databases` left out says that nobody knows: a primary that goes could be
 * one too many for a database's majority, so none goes; a secondary that goes costs reads only, so the size of secondaries stays free for
 * those who use the engine without a cluster at hand.
 */
export const databaseTopology: Rule = {
  name: 'DatabaseTopology',
  apply: (input) => {
    if (!shrinks(input)) return undefined;
    const { databases } = input.observation;
    if (databases === undefined)
      return input.name === 'primaries'
        ? hold(input, 'The topologies of the databases are not known, so no primary is removed.')
        : undefined;
    const widest = widestTopology(databases, input.name);
    if (widest === undefined || input.replicas >= widest.copies) return undefined;
    return hold(input, `${widest.name} asks for ${copies(widest.copies, input.name)}.`);
  },
};

interface Topology {
  readonly name: string;
  readonly copies: number;
}

function widestTopology(databases: readonly DatabaseObservation[], pool: PoolName): Topology | undefined {
  let widest: Topology | undefined;
  for (const database of databases) {
    const asked = copiesIn(database, pool);
    // A count that cannot be read may be any count.
    const copies = Number.isNaN(asked) ? Infinity : asked;
    if (widest === undefined || copies > widest.copies) widest = { name: database.name, copies };
  }
  return widest;
}

function copiesIn(database: DatabaseObservation, pool: PoolName): number {
  if (pool === 'primaries') return database.primaries;
  return database.secondaries === 'pool' ? (database.minSecondaries ?? 0) : database.secondaries;
}

function copies(count: number, pool: PoolName): string {
  if (!Number.isFinite(count)) return `a number of ${pool} that cannot be read`;
  if (count !== 1) return `${count} ${pool}`;
  return pool === 'primaries' ? '1 primary' : '1 secondary';
}
