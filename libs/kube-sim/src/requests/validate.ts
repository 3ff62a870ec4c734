import type { FieldCause } from '../api/failure.ts';
import type { SimObject } from '../api/object.ts';
import type { ResourceDefinition, StrategyContext } from '../api/resource.ts';
import { validateSchema } from '../schema/validate.ts';
import { keyOf } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { storageKey, typeKey } from './definitions.ts';
import { read } from './versions.ts';

/** What the schema of a custom resource has against an object. */
export function customCauses(
  { custom, schema }: ResourceDefinition,
  object: SimObject,
  old: SimObject | undefined,
): readonly FieldCause[] {
  return custom && schema !== undefined ? validateSchema(schema, object, old) : [];
}

/** What strategies may ask for. */
export function strategyContext(core: Core): StrategyContext {
  return {
    nowMs: core.clock.now(),
    find: (type, namespace, name) => {
      const definition = core.definitions.ofType(type);
      const resource = definition === undefined ? typeKey(type) : storageKey(definition);
      const stored = core.store.get(resource, keyOf(namespace, name));
      return stored === undefined || definition === undefined ? undefined : read(definition, stored);
    },
    list: (type, namespace) => {
      const definition = core.definitions.ofType(type);
      if (definition === undefined) return [];
      return core.store.list(storageKey(definition), namespace).map((stored) => read(definition, stored));
    },
  };
}
