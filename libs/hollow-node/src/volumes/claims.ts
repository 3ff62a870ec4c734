// Claims: each volume is a folder that all nodes see, as they would see a disk in the network.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@neo4j-operator/clock';
import {
  type InformerRegistry,
  type KubeClient,
  type Logger,
  objectKey,
} from '@neo4j-operator/reconcile-kit';
import { persistentVolumes, type PersistentVolumeClaim } from '../kubelet/resources.ts';
import { createPasses } from '../passes.ts';

/** The folder of a PersistentVolume. */
export function volumeFolder(claimsDir: string, volumeName: string): string {
  return join(claimsDir, volumeName);
}

/** The folder of a claim that is bound, made if it is not there; undefined while it is not bound. */
export function claimFolder(claimsDir: string, claim: PersistentVolumeClaim): string | undefined {
  const volumeName = claim.spec?.volumeName;
  if (volumeName === undefined || volumeName === '' || claim.status?.phase !== 'Bound') return undefined;
  const folder = volumeFolder(claimsDir, volumeName);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface VolumeCollectorOptions {
  readonly registry: InformerRegistry;
  readonly client: Pick<KubeClient, 'get'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly claimsDir: string;
}

export interface VolumeCollector {
  start(): void;
  stop(): Promise<void>;
}

const retryMs = 1000;

/**
 * Removes the folder of each PersistentVolume that is deleted while its reclaim policy is `Delete`; with any other policy the
 * data outlive the object, as they do on a disk. One for all nodes; whoever provisions volumes deletes the objects.
 */
export function createVolumeCollector(options: VolumeCollectorOptions): VolumeCollector {
  const { registry, client, clock, logger, claimsDir } = options;
  const handle = registry.acquire(persistentVolumes);
  const gone = new Set<string>();
  let end = (): void => undefined;
  const passes = createPasses({
    clock,
    delayMs: 0,
    retryMs,
    run: async () => {
      for (const name of gone) {
        // A watch may be of a server with an old view, and what is removed is lost for good.
        const live = await client.get(persistentVolumes, objectKey(undefined, name));
        if (live === undefined) rmSync(volumeFolder(claimsDir, name), { recursive: true, force: true });
        gone.delete(name);
      }
    },
    onError: (error) => {
      logger.warn({ error }, 'what deleted volumes held could not be removed');
    },
  });
  return {
    start() {
      const subscription = handle.deltas$.subscribe((deltas) => {
        for (const delta of deltas) {
          if (delta.type !== 'deleted' || delta.prev.spec?.persistentVolumeReclaimPolicy !== 'Delete')
            continue;
          gone.add(delta.prev.metadata.name);
          passes.trigger();
        }
      });
      end = () => {
        subscription.unsubscribe();
      };
    },
    async stop() {
      end();
      await passes.stop();
      handle.release();
    },
  };
}
