// The logs of a node: of each container the present run's and the one's before.
import type { Clock } from '@neo4j-operator/clock';
import type { ContainerLogs } from '../kubelet/contract.ts';
import { createRunLog, type RunLog } from './run-log.ts';

export interface LogStore extends ContainerLogs {
  /** The log of a run; undefined if it has not begun or is not kept any more. */
  find(podUid: string, container: string, restartCount: number): RunLog | undefined;
}

/** @param maxBytes - for each run */
export function createLogStore(clock: Clock, maxBytes: number): LogStore {
  /** Pods to containers to runs, the newest first. */
  const pods = new Map<string, Map<string, readonly RunLog[]>>();

  return {
    open({ podUid, container, restartCount }) {
      const containers = pods.get(podUid) ?? new Map<string, readonly RunLog[]>();
      pods.set(podUid, containers);
      const [before] = containers.get(container) ?? [];
      before?.end();
      const log = createRunLog(clock, restartCount, maxBytes);
      containers.set(container, before === undefined ? [log] : [log, before]);
      return log;
    },
    remove(podUid) {
      for (const runs of pods.get(podUid)?.values() ?? []) for (const run of runs) run.end();
      pods.delete(podUid);
    },
    find: (podUid, container, restartCount) =>
      pods
        .get(podUid)
        ?.get(container)
        ?.find((run) => run.restartCount === restartCount),
  };
}
