export { type CheckContext, checkUserSettings } from './check.ts';
export { formatConf, parseConf, type Settings } from './conf-text.ts';
export { diffSettings, type SettingChange, type SettingsDiff } from './diff.ts';
export { type JvmRequest, type MergedJvm, mergeJvm } from './jvm.ts';
export {
  type MemoryPlan,
  type MemoryRequest,
  minimumContainer,
  minimumHeap,
  minimumPageCache,
  minimumReserve,
  type PlannedMemory,
  planMemory,
} from './memory.ts';
export {
  defaultPorts,
  type Directories,
  type Discovery,
  type InitialDatabase,
  type Logging,
  type Metrics,
  type Ports,
  type ServerIdentity,
  type ServerMode,
  type ServerModel,
  type SslPolicy,
  type TlsPolicies,
} from './model.ts';
export { type ConfigurationReason, configurationReasons, type FieldProblem } from './problem.ts';
export { type Configuration, type Rendered, renderConfiguration } from './render.ts';
export { formatSize, parseSize, valueProblem } from './value.ts';
