export type { ContainerContext, Exit, Mount, Program, ProgramRegistry, RunningProgram } from './program.ts';
export { createHollowNodes, type HollowNodes, type HollowNodesOptions, type PodRef } from './hollow-nodes.ts';
export type { NodeSpec } from './node-lifecycle/node-object.ts';
export type { LogQuery } from './logs/log-query.ts';
export { childProcess, type ChildProcessOptions } from './child-process/child-process.ts';
export { interceptLookups } from './network/intercept-lookups.ts';
