import type { Pod } from '../kubelet/resources.ts';

/** The objects of its namespace that a pod needs, by name. */
export interface References {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
}

/** Everything that a pod's volumes and environments refer to. */
export function referencesOf({ metadata, spec }: Pod): References {
  const configMaps = new Set<string | undefined>();
  const secrets = new Set<string | undefined>();
  const claims = new Set<string>();
  for (const volume of spec.volumes ?? []) {
    configMaps.add(volume.configMap?.name);
    secrets.add(volume.secret?.secretName);
    const claim = claimNameOf(volume, metadata.name);
    if (claim !== undefined) claims.add(claim);
    for (const { configMap, secret } of volume.projected?.sources ?? []) {
      configMaps.add(configMap?.name);
      secrets.add(secret?.name);
    }
  }
  for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { configMapRef, secretRef } of envFrom) {
      configMaps.add(configMapRef?.name);
      secrets.add(secretRef?.name);
    }
    for (const { valueFrom } of env) {
      configMaps.add(valueFrom?.configMapKeyRef?.name);
      secrets.add(valueFrom?.secretKeyRef?.name);
    }
  }
  return { configMaps: named(configMaps), secrets: named(secrets), claims };
}

/** The claim behind a volume; that of an ephemeral volume is named after pod and volume. */
export function claimNameOf(
  volume: NonNullable<Pod['spec']['volumes']>[number],
  podName: string,
): string | undefined {
  return volume.ephemeral === undefined
    ? volume.persistentVolumeClaim?.claimName
    : `${podName}-${volume.name}`;
}

function named(names: ReadonlySet<string | undefined>): ReadonlySet<string> {
  return new Set([...names].filter((name) => name !== undefined && name !== '')) as ReadonlySet<string>;
}
