export type { AccessMetrics } from './access-metrics.ts';
export { ClusterAccess, type ClusterAccessOptions } from './cluster-access.ts';
export { type ClusterGate, clusterGate } from './cluster-gate.ts';
export type { ClusterView, Sight, ViewChange } from './cluster-view.ts';
export {
  claimantsOf,
  clusterOfDatabase,
  databaseIndexes,
  databasesOf,
  objectsOf,
  ourIndexes,
} from './indexes.ts';
export {
  annotations,
  clusterLabels,
  clusterOf,
  labels,
  managedBy,
  objectNames,
  ourSelector,
  podName,
  serverHost,
  serverName,
  serverNumber,
} from './names.ts';
export { ownerOfName } from './owner-of-name.ts';
export type { Pace } from './pace.ts';
export { releaseGraceMs, releaseVerdict, type ReleaseVerdict, waitedForMs } from './release-verdict.ts';
export {
  type ClusterObject,
  clusters,
  type ConfigMap,
  configMaps,
  type DatabaseObject,
  databases,
  type Secret,
  secrets,
} from './resources.ts';
export { SecretReader, type SecretReaderOptions, secretText } from './secret-reader.ts';
export type { ClusterChange, ClusterSession, ClusterTarget } from './session.ts';
export { lastView } from './sight.ts';
