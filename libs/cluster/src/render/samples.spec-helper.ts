// Clusters and servers for specs.
import { type Neo4jEnterpriseClusterSpec, neo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { parseConf, type Settings } from '@neo4j-operator/neo4j-admin';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { formationOf, mostSystemPrimaries } from '../model/formation.ts';
import type { StatefulSet } from '../model/resources.ts';
import { imageOf } from './image.ts';
import { renderRevision } from './revision.ts';
import { configurationFile, type RenderedServer, renderServer, type ServerInput } from './server.ts';

/** A spec, of which what matters to a spec file may be replaced. */
export type SpecChange = Partial<Neo4jEnterpriseClusterSpec>;

/** A cluster as the API server has stored it. */
export function sampleCluster(change: SpecChange = {}, name = 'graph'): Stored<ClusterObject> {
  const object = neo4jEnterpriseCluster.applyDefaults({
    apiVersion: 'neo4j.neo4j.com/v1alpha1',
    kind: 'Neo4jEnterpriseCluster',
    metadata: { name, namespace: 'prod', uid: 'uid-of-graph', resourceVersion: '7' },
    spec: {
      acceptLicenseAgreement: 'evaluation',
      image: { tag: '2026.08.1' },
      topology: { primaries: 3 },
      storage: { size: '10Gi' },
      resources: { limits: { memory: '4Gi' } },
      ...change,
    },
  });
  return object as Stored<ClusterObject>;
}

/** What the servers of a cluster are rendered of when it is formed: first the primaries, then the secondaries. */
export function sampleServers(cluster: Stored<ClusterObject>): readonly ServerInput[] {
  const { spec } = cluster;
  const image = imageOf(spec);
  if (!image.ok) throw new Error(image.problems.map(({ message }) => message).join('; '));
  const { primaries, secondaries } = spec.topology;
  const voters = Math.min(primaries, mostSystemPrimaries);
  return Array.from({ length: primaries + secondaries }, (_, index): ServerInput => {
    const number = index + 1;
    return {
      cluster,
      formation: formationOf(spec),
      server: {
        number,
        pool: number <= primaries ? 'primary' : 'secondary',
        systemMode: number <= voters ? 'PRIMARY' : 'SECONDARY',
      },
      running: image.image,
      systemPrimaries: Array.from({ length: voters }, (__, voter) => voter + 1),
      revision: renderRevision,
      clusterDomain: 'cluster.local',
      existing: undefined,
    };
  });
}

/** The first server of a cluster, before it is made. */
export function firstServer(cluster: Stored<ClusterObject>): ServerInput {
  const [input] = sampleServers(cluster);
  if (input === undefined) throw new Error('a cluster has at least one server');
  return input;
}

/** What is rendered, of what is known to be right. */
export function rendered(input: ServerInput): RenderedServer {
  const result = renderServer(input);
  if (!result.ok)
    throw new Error(result.problems.map(({ field, message }) => `${field} ${message}`).join('; '));
  return result.server;
}

/** The same server after what was rendered has been applied, with what may be different now. */
export function afterwards(
  input: ServerInput,
  { statefulSet, configMap }: RenderedServer,
  change: Partial<ServerInput> = {},
): ServerInput {
  return {
    ...input,
    ...change,
    existing: { statefulSet: stored(statefulSet), templateSettings: settingsIn(configMap.data) },
  };
}

/** The input with another spec. */
export function withSpec(input: ServerInput, change: SpecChange): ServerInput {
  return { ...input, cluster: sampleCluster(change, input.cluster.metadata.name) };
}

function settingsIn(data: Readonly<Record<string, string>> | undefined): Settings {
  return parseConf(data?.[configurationFile] ?? '');
}

/** As the API server gives it back, with a few of the defaults that it fills in. */
function stored(statefulSet: StatefulSet): Stored<StatefulSet> {
  const { spec, metadata } = statefulSet;
  const template = { ...spec.template, spec: { ...spec.template.spec, dnsPolicy: 'ClusterFirst' } };
  return {
    ...statefulSet,
    metadata: { ...metadata, uid: `uid-of-${metadata.name}`, resourceVersion: '11' },
    spec: { ...spec, template },
  };
}

/** The object without one of its fields, which is not the same as with an undefined one. */
export function without<T extends object, K extends keyof T & string>(object: T, field: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field)) as Omit<T, K>;
}
