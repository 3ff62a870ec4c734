import type { DefaultedNeo4jDatabase, DefaultedNeo4jEnterpriseCluster } from '@neo4j-operator/api-types';
import { group, version } from '@neo4j-operator/api-types';
import { defineResource, type KubeObject, type ObjectMeta } from '@neo4j-operator/reconcile-kit';

/** A Secret as the API gives it: values in base64. */
export interface Secret extends KubeObject {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

/** A ConfigMap. */
export interface ConfigMap extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
}

/** A cluster as it is in the API: the CRD has put in defaults. */
export type ClusterObject = DefaultedNeo4jEnterpriseCluster & { readonly metadata: ObjectMeta };

/** A database as it is in the API: the CRD has put in defaults. */
export type DatabaseObject = DefaultedNeo4jDatabase & { readonly metadata: ObjectMeta };

export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  plural: 'secrets',
  kind: 'Secret',
  namespaced: true,
});

export const configMaps = defineResource<ConfigMap>({
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
});

export const clusters = defineResource<ClusterObject>({
  group,
  version,
  plural: 'neo4jenterpriseclusters',
  kind: 'Neo4jEnterpriseCluster',
  namespaced: true,
});

export const databases = defineResource<DatabaseObject>({
  group,
  version,
  plural: 'neo4jdatabases',
  kind: 'Neo4jDatabase',
  namespaced: true,
});
