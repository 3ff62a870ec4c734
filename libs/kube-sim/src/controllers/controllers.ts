// All controllers that the model runs.
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition } from '../api/resource.ts';
import type { Definitions } from '../requests/definitions.ts';
import type { InsideController } from './controller.ts';
import { disruptionController } from './disruption/disruption.ts';
import { garbageCollector } from './garbage-collector.ts';
import { namespaceController } from './namespaces.ts';
import { nodeLifecycle } from './node-lifecycle.ts';
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
    volumeBinder,
    claimProtection,
    volumeProtection,
    disruptionController((apiVersion, kind, namespace, name) => {
      const definition = definitions.ofKind(apiVersion, kind);
      const path = definition?.subresources.scale?.specReplicas;
      if (definition === undefined || path === undefined) return undefined;
      const object = find(definition, namespace, name);
      const replicas = path
        .split('.')
        .reduce<unknown>((at, field) => (at as Record<string, unknown> | undefined)?.[field], object);
      return typeof replicas === 'number' ? replicas : undefined;
    }),
    podGarbageCollector(),
    nodeLifecycle,
  ];
}
