// Makes volumes for claims, lets them grow, and removes them when their claims are gone: what a CSI driver's sidecars do.
import type { Clock } from '@neo4j-operator/clock';
import {
  type InformerHandle,
  type InformerRegistry,
  isKubeError,
  type KubeClient,
  keyOf,
  type Logger,
  objectKey,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import { milli } from './milli.ts';
import { inParallel } from '../in-parallel.ts';
import { createPasses, passesOver } from '../passes.ts';
import { type Claim, resources, type SchedulableNode, type StorageClass, type Volume } from './objects.ts';
import { allowsNode, isBound, noProvisioner, selectedNode, waitsForConsumer } from './volumes.ts';

export interface ProvisionerOptions {
  readonly client: KubeClient;
  /** Started and stopped by the caller. */
  readonly registry: InformerRegistry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Holds a folder for each volume; volumes say so as their `hostPath`. */
  readonly claimsDir: string;
}

export interface Provisioner {
  start(): Promise<void>;
  stop(): Promise<void>;
}

const provisionedBy = 'pv.kubernetes.io/provisioned-by';
const zoneLabel = 'topology.kubernetes.io/zone';
const gatherMs = 5;
const retryMs = 1000;

/** Serves every StorageClass that has a provisioner. A volume can be reached from the zone that it was made in. */
export function createProvisioner(options: ProvisionerOptions): Provisioner {
  const { client, clock, logger, registry, claimsDir } = options;
  const claims = registry.acquire(resources.claims);
  const volumes = registry.acquire(resources.volumes);
  const classes = registry.acquire(resources.storageClasses);
  const nodes = registry.acquire(resources.nodes);
  const handles: readonly InformerHandle[] = [claims, volumes, classes, nodes];
  const passes = createPasses({
    clock,
    delayMs: gatherMs,
    retryMs,
    run: pass,
    onError: (error) => {
      logger.warn({ error }, 'volumes could not be looked after');
    },
  });

  async function pass(): Promise<void> {
    const ofClaims = [...claims.lister.list()].map((claim) => () => attend(claim));
    const ofVolumes = [...volumes.lister.list()]
      .filter(isLeft)
      .map((volume) => () => client.delete(resources.volumes, keyOf(volume), { uid: volume.metadata.uid }));
    await inParallel([...ofClaims, ...ofVolumes]);
  }

  async function attend(claim: Stored<Claim>): Promise<void> {
    const storageClass = classes.lister.get(objectKey(undefined, claim.spec.storageClassName ?? ''));
    if (storageClass === undefined || storageClass.provisioner === noProvisioner) return;
    if (claim.metadata.deletionTimestamp !== undefined) return;
    if (isBound(claim)) await grow(claim, storageClass);
    else if ((claim.spec.volumeName ?? '') === '') await provision(claim, storageClass);
  }

  async function provision(claim: Stored<Claim>, storageClass: StorageClass): Promise<void> {
    const chosen = claim.metadata.annotations?.[selectedNode];
    if (chosen === undefined && waitsForConsumer(storageClass)) return;
    // A volume that is there may have been reserved for the claim.
    for (const { spec } of volumes.lister.list()) if (spec.claimRef?.uid === claim.metadata.uid) return;
    const name = `pvc-${claim.metadata.uid}`;
    const node = chosen === undefined ? undefined : nodes.lister.get(objectKey(undefined, chosen));
    if (chosen !== undefined && node === undefined) {
      await reschedule(claim);
      return;
    }
    const zone =
      node === undefined
        ? zoneFor(claim.metadata.uid, storageClass, nodes.lister.list())
        : node.metadata.labels?.[zoneLabel];
    try {
      await client.create(resources.volumes, volumeFor(claim, storageClass, zone, `${claimsDir}/${name}`));
    } catch (error) {
      if (!isKubeError(error, 'AlreadyExists')) throw error;
    }
  }

  /** The node is gone: the scheduler has to choose again. */
  async function reschedule({ metadata }: Stored<Claim>): Promise<void> {
    await client.jsonPatch(resources.claims, keyOf({ metadata }), [
      { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
      { op: 'remove', path: `/metadata/annotations/${selectedNode.replace('/', '~1')}` },
    ]);
  }

  async function grow(claim: Stored<Claim>, { allowVolumeExpansion }: StorageClass): Promise<void> {
    const wanted = claim.spec.resources?.requests?.['storage'] ?? '0';
    const volume = volumes.lister.get(objectKey(undefined, claim.spec.volumeName ?? ''));
    if (allowVolumeExpansion !== true || volume === undefined) return;
    if (isLess(volume.spec.capacity, wanted)) {
      await client.jsonPatch(resources.volumes, keyOf(volume), [
        { op: 'test', path: '/metadata/uid', value: volume.metadata.uid },
        { op: 'add', path: '/spec/capacity/storage', value: wanted },
      ]);
    }
    if (isLess(claim.status?.capacity, wanted)) {
      await client.jsonPatch(
        resources.claims,
        keyOf(claim),
        [
          { op: 'test', path: '/metadata/uid', value: claim.metadata.uid },
          { op: 'add', path: '/status/capacity', value: { ...claim.status?.capacity, storage: wanted } },
        ],
        { subresource: 'status' },
      );
    }
  }

  return passesOver(handles, passes);
}

/** Whether it is one of ours that nobody has any more, and that nobody wants to keep. */
function isLeft({ metadata, spec, status }: Volume): boolean {
  return (
    metadata.annotations?.[provisionedBy] !== undefined &&
    metadata.deletionTimestamp === undefined &&
    status?.phase === 'Released' &&
    spec.persistentVolumeReclaimPolicy === 'Delete'
  );
}

/** The volume that is made for a claim. */
export function volumeFor(
  { metadata, spec }: Stored<Claim>,
  { metadata: { name: storageClassName }, provisioner, reclaimPolicy = 'Delete' }: StorageClass,
  zone: string | undefined,
  path: string,
): Volume {
  const { namespace = '', name, uid } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { [provisionedBy]: provisioner } },
    spec: {
      storageClassName,
      volumeMode: spec.volumeMode ?? 'Filesystem',
      accessModes: spec.accessModes ?? [],
      capacity: { storage: spec.resources?.requests?.['storage'] ?? '0' },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      hostPath: { path },
      ...(zone === undefined
        ? {}
        : {
            nodeAffinity: {
              required: {
                nodeSelectorTerms: [
                  { matchExpressions: [{ key: zoneLabel, operator: 'In', values: [zone] }] },
                ],
              },
            },
          }),
    },
  };
}

/** A zone for a volume that does not wait for its pod: any, and the same each time. */
function zoneFor(
  uid: string,
  storageClass: StorageClass,
  nodes: Iterable<SchedulableNode>,
): string | undefined {
  const zones = [...nodes]
    .filter((node) => allowsNode(storageClass, node))
    .flatMap(({ metadata }) => metadata.labels?.[zoneLabel] ?? []);
  const distinct = [...new Set(zones)].sort();
  const sum = Buffer.from(uid).reduce((total, byte) => total + byte, 0);
  return distinct[sum % distinct.length];
}

function isLess(capacity: Readonly<Record<string, string>> | undefined, wanted: string): boolean {
  return milli(capacity?.['storage'] ?? '0') < milli(wanted);
}
