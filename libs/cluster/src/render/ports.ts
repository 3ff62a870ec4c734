// The one table of ports: what a server listens on, and which Services publish it.
import { defaultPorts, type Edition } from '@neo4j-operator/neo4j-admin';

/** A port by its name in containers and Services. */
export interface NamedPort {
  readonly name: string;
  readonly port: number;
}

/** What a Service is for. */
export type PortAudience = 'servers' | 'clients' | 'administration';

interface PortRow {
  readonly name: string;
  readonly port: number;
  /** The least edition that listens on it. */
  readonly edition: Edition;
  readonly audiences: readonly PortAudience[];
}

const everybody: readonly PortAudience[] = ['servers', 'clients', 'administration'];

const table: readonly PortRow[] = [
  { name: 'bolt', port: defaultPorts.bolt, edition: 'community', audiences: everybody },
  { name: 'http', port: defaultPorts.http, edition: 'community', audiences: everybody },
  { name: 'cluster', port: defaultPorts.cluster, edition: 'enterprise', audiences: ['servers'] },
  { name: 'raft', port: defaultPorts.raft, edition: 'enterprise', audiences: ['servers'] },
  { name: 'routing', port: defaultPorts.routing, edition: 'enterprise', audiences: ['servers'] },
  {
    name: 'backup',
    port: defaultPorts.backup,
    edition: 'enterprise',
    audiences: ['servers', 'administration'],
  },
  {
    name: 'metrics',
    port: defaultPorts.prometheus,
    edition: 'enterprise',
    audiences: ['servers', 'administration'],
  },
];

/** The ports that a Service of this kind publishes; `servers` are all that there are. */
export function portsFor(audience: PortAudience, edition: Edition): readonly NamedPort[] {
  return table
    .filter((row) => row.audiences.includes(audience))
    .filter((row) => row.edition === 'community' || edition === 'enterprise')
    .map(({ name, port }) => ({ name, port }));
}
