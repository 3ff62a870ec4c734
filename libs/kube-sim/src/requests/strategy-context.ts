import type { StrategyContext } from '../api/resource.ts';
import { keyOf } from '../storage/stored.ts';
import type { Core } from './core.ts';
import { storageKey, typeKey } from './definitions.ts';
import { read } from './versions.ts';

/** What strategies may ask for. */
export function strategyContext(core: Pick<Core, 'clock' | 'definitions' | 'store'>): StrategyContext {
  return {
    get nowMs() {
      return core.clock.now();
    },
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
