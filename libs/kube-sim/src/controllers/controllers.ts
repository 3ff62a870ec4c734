// All controllers that the model runs.
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import type { Definitions } from '../requests/definitions.ts';
import type { InsideController } from './controller.ts';
import { disruptionController } from './disruption/disruption.ts';
import { endpointsController } from './endpoints/endpoints.ts';
import { endpointSlices } from './endpoints/slices.ts';
import { garbageCollector } from './garbage-collector.ts';
import { cronJobController } from './cron-jobs/cron-job.ts';
import { finishedJobs, jobController } from './jobs/job.ts';
import { namespaceController } from './namespaces.ts';
import { nodeLifecycle } from './nodes/lifecycle.ts';
import { taintEviction } from './nodes/taint-eviction.ts';
import { podGarbageCollector } from './pod-gc.ts';
import { statefulSetController } from './stateful-set/stateful-set.ts';
import { volumeBinder } from './volumes/binding.ts';
import { claimProtection, volumeProtection } from './volumes/protection.ts';

export interface ControllersOptions {
  readonly definitions: Definitions;
  /** Reads an object of a resource that is served. */
  readonly find: (definition: ResourceDefinition, namespace: string, name: string) => SimObject | undefined;
  /** The certificate of the API server's authority, PEM. */
  readonly rootCa: () => string;
}

/** One of each kind. */
export function createControllers({
  definitions,
  find,
  rootCa,
}: ControllersOptions): readonly InsideController[] {
  const stored = (): readonly ResourceDefinition[] =>
    definitions
      .all()
      .filter(({ storedAs, verbs }) => storedAs === undefined && verbs?.includes('delete') !== false);
  return [
    namespaceController({ namespaced: () => stored().filter(({ namespaced }) => namespaced), rootCa }),
    garbageCollector((apiVersion, kind) => definitions.ofKind(apiVersion, kind)),
    statefulSetController,
    jobController(),
    finishedJobs,
    cronJobController(),
    volumeBinder,
    claimProtection,
    volumeProtection,
    disruptionController({ ofKind: (apiVersion, kind) => definitions.ofKind(apiVersion, kind), find }),
    podGarbageCollector(),
    nodeLifecycle(),
    taintEviction(),
    endpointsController(),
    endpointSlices(),
  ];
}
