// What is to be done next for a cluster, as data, and how far it is. Pure: nothing here reads, writes or looks at a clock.
export { type AccountState, accountOf, adminSecretVersion, isPasswordDue } from './account.ts';
export { planDeletion } from './deletion.ts';
export { type Held, holdOf } from './hold.ts';
export { editionOf, isFormed, isMember, isPodReady, viewOf } from './members.ts';
export { plan } from './plan.ts';
export { planMemo, type PlanPorts } from './ports.ts';
export { differencesOf, isSettledCluster, type Progress, progressOf, unsettledParts } from './progress.ts';
export { type BlockName, type RuleName, safetyRules } from './rules.ts';
export type { ServerProgress, ServerStep, ServerTrouble } from './server-progress.ts';
export { type DefaultTopology, defaultTopology, wantedTopology } from './topology.ts';
export { type NewServer, nextServers, type ServerCounts, serverCounts } from './wanted.ts';
