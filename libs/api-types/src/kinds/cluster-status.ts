import { count, flag, listBy, object, optional, setOf, text } from '../schema/build.ts';
import { commonStatus } from './common.ts';

const name = (description: string) => text(description, { maxLength: 253 });
const word = (description: string) => text(description, { maxLength: 64 });

const server = object('A Neo4j server.', {
  name: name('Its name: that of the cluster and a number that is never used again.'),
  id: optional(word('The id that Neo4j knows it by.')),
  pod: optional(name('The pod that it runs in.')),
  state: optional(
    word('Its state in the cluster, as Neo4j names it: Free, Enabled, Cordoned, Deallocating, ...'),
  ),
  health: optional(word('Whether it answers: Available or Unavailable.')),
  version: optional(word('The Neo4j version that it runs.')),
  modeConstraint: optional(word('The copies that it may host: NONE, PRIMARY or SECONDARY.')),
  hosting: optional(setOf('Databases that it hosts.', 1000, name('The name of a database.'))),
});

export const clusterStatus = object('What the operator last saw and did. Written by the operator only.', {
  ...commonStatus(),
  replicas: optional(
    object('Servers that exist.', {
      primaries: count('Servers that may host primaries.'),
      secondaries: count('Servers that host only secondaries.'),
      ready: count('Servers, of both kinds, that are enabled and available.'),
    }),
  ),
  selector: optional(
    text("The label selector of the secondaries' pods, for the scale subresource.", { maxLength: 1024 }),
  ),
  version: optional(word('The Neo4j version of the servers; the lowest one while they differ.')),
  endpoints: optional(
    object('Addresses for clients in the Kubernetes cluster.', {
      bolt: text('For drivers, to one server: bolt://...', { maxLength: 512 }),
      neo4j: text('For drivers, with routing: neo4j://...', { maxLength: 512 }),
    }),
  ),
  servers: optional(
    listBy('name', 'The servers. One that was dropped from the cluster is not listed.', 64, server),
  ),
  credentials: optional(
    object('The Secret with the login of user neo4j.', {
      secretName: name('Its name.'),
      generated: flag('Whether the operator made it.'),
    }),
  ),
});
