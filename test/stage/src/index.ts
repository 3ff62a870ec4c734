// What suites alone can use, as it needs Jest, is in end-to-end/describe-stages.ts.
export { neoImage, type NeoImage } from './world/image.ts';
export { type NeoFaults, neoFaults } from './world/faults.ts';
export { NamedNetwork, type Resolve } from './world/named-network.ts';
export { neo4jProgram, neo4jPrograms } from './world/neo4j-program.ts';
export { leaderOf, type Probes, probesOf } from './world/probes.ts';
export { hasChanged, isChanging, type StatementRecord } from './world/statements.ts';
export { type BootRecord, type ClusterRef, type PodServer, World, type WorldOptions } from './world/world.ts';
export { type WorldConnector, worldConnector } from './world/connector.ts';
export { type Deed, describeWrite, isEvent, isLease, Ledger, type Write } from './operator/ledger.ts';
export {
  type OperatorFactory,
  type OperatorPorts,
  OperatorRun,
  type RunState,
} from './operator/operator-run.ts';
export { crds, manifests, objectsIn, workspace } from './stage/manifests.ts';
export { eventsIn, type StageEvent } from './stage/events.ts';
export { NotInTime, Stage, type StageOptions } from './stage/stage.ts';
export { createUser, Refused, type User, userManager, userName, type UserOptions } from './stage/user.ts';
export { type Invariant, type Invariants, type Violation, watchInvariants } from './invariants/invariants.ts';
export { OperatorProcess, type OperatorProcessOptions } from './end-to-end/operator-process.ts';
export { RealStage, type RealStageOptions } from './end-to-end/real-stage.ts';
