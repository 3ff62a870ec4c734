import type { Watched } from './invariants.ts';

/** Watches which server has which volume. */
export function watchVolumes({ report, stage }: Watched): () => void {
  const podOf = new Map<string, string>();
  const volumeOf = new Map<string, string>();
  let seen = 0;
  return stage.onStep(() => {
    const { boots } = stage.world;
    for (const { log, pod, serverId, volumeKey } of boots.slice(seen)) {
      const name = `${pod.namespace}/${pod.name}`;
      const other = podOf.get(volumeKey) ?? name;
      if (other !== name) report('OneVolumePerServer', `${name} has the volume of ${other}`);
      podOf.set(volumeKey, name);
      if (log.some((line) => line.includes('store_lock'))) {
        report('OneVolumePerServer', `${name} has a volume that a process uses`);
      }
      if (serverId === undefined) continue;
      const volume = volumeOf.get(serverId) ?? volumeKey;
      if (volume !== volumeKey)
        report('OneVolumePerServer', `the server ${serverId} is on ${volume} and ${volumeKey}`);
      volumeOf.set(serverId, volumeKey);
    }
    seen = boots.length;
  });
}
