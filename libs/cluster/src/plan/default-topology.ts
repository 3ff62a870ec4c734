import { clusters } from '@neo4j-operator/cluster-access';
import type { ClusterState } from '../model/state.ts';
import { ifAllowed, nothing, type Step } from './steps.ts';
import { defaultTopology } from './topology.ts';

/** The topology of the default database, once every server that is wanted is a member. Dying before or after it leaves a database that is whole. */
export function planDefaultTopology(state: ClusterState): Step {
  const topology = defaultTopology(state);
  if (topology.kind !== 'differs') return nothing;
  const { database, wanted } = topology;
  return ifAllowed(
    {
      kind: 'SetDefaultTopology',
      target: { resource: clusters, key: state.key },
      risk: 'none',
      reason: 'TopologyDiffers',
      message: `have database ${database.name} ask for ${wanted.primaries} primaries and ${wanted.secondaries} secondaries`,
      rules: ['defaultDatabaseOnline', 'primariesNotToOne'],
      database: database.name,
      ...wanted,
    },
    state,
  );
}
