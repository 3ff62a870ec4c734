// Claims: where their volumes are, and which volume a claim without one would get.
import { milli } from './milli.ts';
import { type Check, type Failure, never, notNow } from './failure.ts';
import type { Claim, SchedulableNode, SchedulablePod, StorageClass, Volume } from './objects.ts';
import { matchesLabels, matchesNode } from './selectors.ts';
import type { NodeView, Snapshot } from './snapshot.ts';

/** The node that a claim's volume is to be made for; set by the scheduler, read by the provisioner. */
export const selectedNode = 'volume.kubernetes.io/selected-node';
/** A class that has its volumes made by hand. */
export const noProvisioner = 'kubernetes.io/no-provisioner';

/** What has to be done before the pod can start on a node. */
export interface VolumePlan {
  /** Claims that wait for the volume that is there. */
  readonly bind: readonly { readonly claim: Claim; readonly volume: Volume }[];
  /** Claims that wait for a volume to be made. */
  readonly provision: readonly Claim[];
}

/** Why a pod cannot be scheduled anywhere because of its claims, in kube-scheduler's words; undefined if it may be. */
export function claimTrouble(pod: SchedulablePod, snapshot: Snapshot): string | undefined {
  const claims = claimNames(pod).map(({ name, isEphemeral }) => ({
    name,
    isEphemeral,
    claim: snapshot.claim(pod.metadata.namespace ?? '', name),
  }));
  for (const { name, isEphemeral, claim } of claims) {
    if (claim === undefined) {
      return isEphemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
        : `persistentvolumeclaim "${name}" not found`;
    }
    const { volumeName = '' } = claim.spec;
    if (claim.status?.phase === 'Lost') {
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${volumeName}"`;
    }
    if (claim.metadata.deletionTimestamp !== undefined)
      return `persistentvolumeclaim "${name}" is being deleted`;
  }
  const isStuck = claims.some(
    ({ claim }) => claim !== undefined && !isBound(claim) && !isDelayed(claim, snapshot),
  );
  return isStuck ? 'pod has unbound immediate PersistentVolumeClaims' : undefined;
}

/** Filters by where the volumes of the pod's claims are, or could be. */
export function hasItsVolumes(pod: SchedulablePod, snapshot: Snapshot): Check {
  const claims = claimsOf(pod, snapshot);
  if (claims.length === 0) return () => undefined;
  const isTaken = claims.some((claim) => isHeldByAnother(claim, pod, snapshot));
  return ({ node }) => {
    if (isTaken) {
      return notNow(
        'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
      );
    }
    const plan = planVolumes(claims, node, snapshot);
    return 'reasons' in plan ? plan : undefined;
  };
}

/** What the pod's claims need on a node. */
export function volumePlan(pod: SchedulablePod, { node }: NodeView, snapshot: Snapshot): VolumePlan {
  const plan = planVolumes(claimsOf(pod, snapshot), node, snapshot);
  return 'reasons' in plan ? { bind: [], provision: [] } : plan;
}

/** Whether claims of a class wait for a pod. */
export function waitsForConsumer(storageClass: StorageClass | undefined): boolean {
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Whether a class can have volumes on a node. */
export function allowsNode({ allowedTopologies = [] }: StorageClass, node: SchedulableNode): boolean {
  return (
    allowedTopologies.length === 0 ||
    allowedTopologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(node.metadata.labels?.[key] ?? '')),
    )
  );
}

export function isBound({ spec, status }: Claim): boolean {
  return (spec.volumeName ?? '') !== '' && status?.phase === 'Bound';
}

function planVolumes(
  claims: readonly Claim[],
  node: SchedulableNode,
  snapshot: Snapshot,
): VolumePlan | Failure {
  const reasons = new Set<string>();
  const bind: { claim: Claim; volume: Volume }[] = [];
  const provision: Claim[] = [];
  for (const claim of claims) {
    if (isBound(claim)) {
      const volume = snapshot.volume(claim.spec.volumeName ?? '');
      if (volume === undefined) {
        reasons.add('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
      } else if (!isReachable(volume, node)) {
        reasons.add("node(s) didn't match PersistentVolume's node affinity");
      }
      continue;
    }
    const selected = claim.metadata.annotations?.[selectedNode];
    const taken = new Set(bind.map(({ volume }) => volume.metadata.name));
    const volume = selected === undefined ? findVolume(claim, node, taken, snapshot) : undefined;
    if (volume !== undefined) bind.push({ claim, volume });
    else if ((selected ?? node.metadata.name) === node.metadata.name && canProvision(claim, node, snapshot)) {
      provision.push(claim);
    } else reasons.add("node(s) didn't find available persistent volumes to bind");
  }
  return reasons.size > 0 ? never(...reasons) : { bind, provision };
}

function canProvision({ spec }: Claim, node: SchedulableNode, snapshot: Snapshot): boolean {
  const storageClass = snapshot.storageClass(spec.storageClassName ?? '');
  return (
    storageClass !== undefined &&
    storageClass.provisioner !== noProvisioner &&
    (spec.volumeName ?? '') === '' &&
    allowsNode(storageClass, node)
  );
}

/** The smallest volume that does. */
function findVolume(
  claim: Claim,
  node: SchedulableNode,
  taken: ReadonlySet<string>,
  snapshot: Snapshot,
): Volume | undefined {
  const size = ({ spec }: Volume): number => milli(spec.capacity?.['storage'] ?? '0');
  return [...snapshot.volumes()]
    .filter((volume) => !taken.has(volume.metadata.name) && suits(volume, claim) && isReachable(volume, node))
    .sort((a, b) => size(a) - size(b) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

function suits({ metadata, spec, status }: Volume, claim: Claim): boolean {
  const { claimRef } = spec;
  if (metadata.deletionTimestamp !== undefined) return false;
  if (claimRef !== undefined) {
    return claimRef.name === claim.metadata.name && claimRef.namespace === claim.metadata.namespace;
  }
  return (
    status?.phase === 'Available' &&
    (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    (spec.volumeMode ?? 'Filesystem') === (claim.spec.volumeMode ?? 'Filesystem') &&
    (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode) === true) &&
    (claim.spec.selector === undefined || matchesLabels(claim.spec.selector, metadata.labels)) &&
    milli(spec.capacity?.['storage'] ?? '0') >= milli(claim.spec.resources?.requests?.['storage'] ?? '0')
  );
}

function isReachable({ spec }: Volume, node: SchedulableNode): boolean {
  const required = spec.nodeAffinity?.required;
  return required === undefined || matchesNode(required, node);
}

function isDelayed({ spec }: Claim, snapshot: Snapshot): boolean {
  return waitsForConsumer(snapshot.storageClass(spec.storageClassName ?? ''));
}

function isHeldByAnother(claim: Claim, pod: SchedulablePod, { nodes }: Snapshot): boolean {
  if (claim.spec.accessModes?.includes('ReadWriteOncePod') !== true) return false;
  const { namespace } = pod.metadata;
  return nodes.some(({ pods }) =>
    pods.some(
      (other) =>
        other.metadata.namespace === namespace &&
        other.metadata.uid !== pod.metadata.uid &&
        claimNames(other).some(({ name }) => name === claim.metadata.name),
    ),
  );
}

function claimsOf(pod: SchedulablePod, snapshot: Snapshot): Claim[] {
  return claimNames(pod).flatMap(({ name }) => snapshot.claim(pod.metadata.namespace ?? '', name) ?? []);
}

/** A generic ephemeral volume has a claim of its own, named after both. */
function claimNames({ metadata, spec }: SchedulablePod): { name: string; isEphemeral: boolean }[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) {
      return { name: persistentVolumeClaim.claimName, isEphemeral: false };
    }
    return ephemeral === undefined ? [] : { name: `${metadata.name}-${name}`, isEphemeral: true };
  });
}
