export { clusterRules } from './rbac.ts';
export { clusterController, clusterFinalizer, type ClusterPorts } from './reconciler.ts';
export { type RenderRevision, renderRevision } from './render/index.ts';
export { validateCluster } from './validate/index.ts';
export type { ClusterAction, SecretRole } from './model/actions.ts';
export type { Formation, Pool, SystemMode } from './model/formation.ts';
export type {
  Accounts,
  AdminSecretState,
  ClusterState,
  RunningImage,
  SecretState,
  ServerState,
  SharedObjects,
} from './model/state.ts';
