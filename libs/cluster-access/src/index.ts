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
export type { ClusterView, Sight, ViewChange } from './cluster-view.ts';
export type { ClusterChange, ClusterSession, ClusterTarget } from './session.ts';
