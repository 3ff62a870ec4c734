// Claims: each volume is a folder that all nodes see, as they would see a disk in the network.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { InformerRegistry } from '@neo4j-operator/reconcile-kit';
import { persistentVolumes, type PersistentVolumeClaim } from '../kubelet/resources.ts';

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

/**
 * Removes the folder of each PersistentVolume that is deleted while its reclaim policy is `Delete`; with any other policy the
 * data outlive the object, as they do on a disk. One for all nodes; whoever provisions volumes deletes the objects.
 *
 * @returns ends it
 */
export function collectVolumes(registry: InformerRegistry, claimsDir: string): () => void {
  const handle = registry.acquire(persistentVolumes);
  const subscription = handle.deltas$.subscribe((deltas) => {
    for (const delta of deltas) {
      if (delta.type !== 'deleted' || delta.prev.spec?.persistentVolumeReclaimPolicy !== 'Delete') continue;
      rmSync(volumeFolder(claimsDir, delta.prev.metadata.name), { recursive: true, force: true });
    }
  });
  return () => {
    subscription.unsubscribe();
    handle.release();
  };
}
