export type {
  SimAnswer,
  SimAuth,
  SimEndpoint,
  SimFailure,
  SimLogin,
  SimNotification,
  SimRequest,
  SimResult,
  SimRoutingTable,
  SimTransaction,
  SimValue,
  WireFaults,
} from './contract.ts';
export { type SimClusterOptions, type SimMember, SimCluster, startSimCluster } from './sim-cluster.ts';
export { type NetworkOptions, type SimEvent, SimNetwork } from './model/network.ts';
export { type ServerFaults, SimServer } from './model/server.ts';
export { type CopyStatus, DatabaseCopy } from './model/copy.ts';
export { type DatabaseStore, type SimVolume, newVolume } from './model/volume.ts';
export { type SimTimings, promptTimings, realTimings } from './model/timings.ts';
export type {
  Allocation,
  ClusterRecord,
  CopyRole,
  DatabaseRecord,
  SeedData,
  ServerOptions,
  ServerRecord,
  ServerState,
  UserRecord,
} from './model/records.ts';
export type { SystemChange, SystemCommand, SystemState } from './model/system-state.ts';
export { type Proposal, type RaftWorld, type Window, RaftMember } from './model/raft.ts';
export type { RaftContent, RaftEntry, RaftStore } from './model/raft-store.ts';
export { type LockoutLimits, Lockout } from './model/lockout.ts';
export { type OpenTransaction, TransactionTable } from './model/transaction-table.ts';
export type { DiscoveryService, ServerConfiguration } from './boot/configuration.ts';
export { type BootInput, type BootResult, bootServer } from './boot/boot.ts';
export { isKnownSetting } from './boot/known-settings.ts';
export type { Language } from './cypher/ast.ts';
export { type UnderstoodStatement, understoodStatements } from './execute/understood.ts';
export { ServerEndpoint } from './execute/endpoint.ts';
export { httpView } from './execute/http-view.ts';
export type {
  InProcessAddress,
  InProcessAnswer,
  InProcessFailure,
  InProcessLink,
  InProcessOptions,
  InProcessResult,
  InProcessStatement,
} from './in-process/bolt-types.ts';
export { inProcessConnector } from './in-process/connector.ts';
export type { Listener, ListenOptions } from './bolt/listener.ts';
export { listenBolt } from './bolt/server.ts';
export { listenHttp } from './http/server.ts';
export type { HttpDatabase, HttpDatabaseStatus, HttpView } from './http/view.ts';
export { type MetricsView, listenMetrics } from './http/metrics-server.ts';
export { type LatencyQuantile, type SimDatabaseLoad, type SimLoad, renderMetrics } from './http/metrics.ts';
