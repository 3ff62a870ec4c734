// Keeps the names of the cluster at hand, for this process and, in a file, for others.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@neo4j-operator/clock';
import type { InformerHandle, InformerRegistry, Logger } from '@neo4j-operator/reconcile-kit';
import type { Pod } from '../kubelet/resources.ts';
import { createPasses } from '../passes.ts';
import { nameTable, services } from './names.ts';
import { type NameTable, resolveName } from './names-lookup.ts';

export interface NamesOptions {
  readonly registry: InformerRegistry;
  readonly pods: InformerHandle<Pod>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly clusterDomain: string;
  /** Where the table is written for the preload module; undefined for nowhere. */
  readonly file: string | undefined;
}

export interface Names {
  start(): Promise<void>;
  /** Addresses of a name as they are now; undefined if it is none of the cluster's. */
  resolve(name: string): readonly string[] | undefined;
  stop(): Promise<void>;
}

const gatherMs = 20;
const retryMs = 1000;

export function createNames({ registry, pods, clock, logger, clusterDomain, file }: NamesOptions): Names {
  const handle = registry.acquire(services);
  let cached: NameTable | undefined;
  let written = '';
  let subscriptions: { unsubscribe(): void }[] = [];

  function table(): NameTable {
    cached ??= nameTable(handle.lister.list(), (namespace) => pods.lister.list(namespace), clusterDomain);
    return cached;
  }

  function write(path: string): void {
    const text = JSON.stringify({ clusterDomain, names: table() });
    if (text === written) return;
    mkdirSync(dirname(path), { recursive: true });
    // Readers see the old file or the new one, nothing in between.
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    written = text;
  }

  const passes =
    file === undefined
      ? undefined
      : createPasses({
          clock,
          delayMs: gatherMs,
          retryMs,
          run: () => {
            write(file);
            return Promise.resolve();
          },
          onError: (error) => {
            logger.warn({ error, file }, 'names could not be written');
          },
        });

  return {
    async start() {
      await Promise.all([handle.whenSynced(), pods.whenSynced()]);
      const changed = (): void => {
        cached = undefined;
        passes?.trigger();
      };
      subscriptions = [handle.deltas$.subscribe(changed), pods.deltas$.subscribe(changed)];
      changed();
    },
    resolve: (name) => resolveName(table(), clusterDomain, name),
    async stop() {
      for (const subscription of subscriptions) subscription.unsubscribe();
      await passes?.stop();
      handle.release();
    },
  };
}
