// Finds what pods refer to: in the informers, and if it is not there yet, on the server.
import {
  type InformerHandle,
  type InformerRegistry,
  type KubeClient,
  type KubeObject,
  objectKey,
  type Resource,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { Sources } from '../env/env.ts';
import {
  claims,
  configMaps,
  type PersistentVolumeClaim,
  type Pod,
  secrets,
  type Service,
  services,
} from '../kubelet/resources.ts';
import { referencesOf } from './references.ts';

/** What a pod refers to, as it is at one time. */
export interface Found extends Sources {
  claim(name: string): Stored<PersistentVolumeClaim> | undefined;
  /** Those that the pod learns of by its environment. */
  readonly services: readonly Service[];
}

export interface Lookup {
  find(pod: Pod): Promise<Found>;
  /** Calls back with each ConfigMap, Secret and claim that has come or changed. Gives what ends it. */
  onChange(listener: (kind: 'configMaps' | 'secrets' | 'claims', object: KubeObject) => void): () => void;
  whenSynced(signal: AbortSignal): Promise<unknown>;
  release(): void;
}

export function createLookup(registry: InformerRegistry, client: Pick<KubeClient, 'get'>): Lookup {
  const handles = {
    configMaps: registry.acquire(configMaps),
    secrets: registry.acquire(secrets),
    claims: registry.acquire(claims),
    services: registry.acquire(services),
  };

  /** An informer may be late, and a pod that was made right after what it refers to must not suffer from that. */
  async function all<T extends KubeObject>(
    resource: Resource<T>,
    lister: { get(key: ReturnType<typeof objectKey>): Stored<T> | undefined },
    namespace: string,
    names: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, Stored<T>>> {
    const found = new Map<string, Stored<T>>();
    for (const name of names) {
      const key = objectKey(namespace, name);
      const object = lister.get(key) ?? (await client.get(resource, key));
      if (object !== undefined) found.set(name, object);
    }
    return found;
  }

  function servicesFor({ metadata, spec }: Pod): readonly Service[] {
    const { lister } = handles.services;
    const api = lister.get(objectKey('default', 'kubernetes'));
    const own = spec.enableServiceLinks === false ? [] : [...lister.list(metadata.namespace)];
    return [...(api === undefined ? [] : [api]), ...own];
  }

  return {
    async find(pod) {
      const { namespace = '' } = pod.metadata;
      const names = referencesOf(pod);
      const maps = await all(configMaps, handles.configMaps.lister, namespace, names.configMaps);
      const secretsFound = await all(secrets, handles.secrets.lister, namespace, names.secrets);
      const claimsFound = await all(claims, handles.claims.lister, namespace, names.claims);
      return {
        configMap: (name) => maps.get(name),
        secret: (name) => secretsFound.get(name),
        claim: (name) => claimsFound.get(name),
        services: servicesFor(pod),
      };
    },

    onChange(listener) {
      const ends = [
        follow(handles.configMaps, (object) => {
          listener('configMaps', object);
        }),
        follow(handles.secrets, (object) => {
          listener('secrets', object);
        }),
        follow(handles.claims, (object) => {
          listener('claims', object);
        }),
      ];
      return () => {
        for (const end of ends) end();
      };
    },

    whenSynced: (signal) => Promise.all(Object.values(handles).map((handle) => handle.whenSynced(signal))),

    release() {
      for (const handle of Object.values(handles)) handle.release();
    },
  };
}

function follow<T extends KubeObject>(handle: InformerHandle<T>, listener: (object: T) => void): () => void {
  const subscription = handle.deltas$.subscribe((deltas) => {
    for (const delta of deltas) if (delta.type !== 'deleted') listener(delta.next);
  });
  return () => {
    subscription.unsubscribe();
  };
}
