// What a StatefulSet says, with what the server fills in.
import type { Metadata, SimObject } from '../../api/object.ts';

/** A pod template, or a claim's. */
export interface Template {
  readonly metadata?: Partial<Metadata>;
  readonly spec: Readonly<Record<string, unknown>>;
}

export interface StatefulSetSpec {
  readonly replicas: number;
  readonly serviceName: string;
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template: Template;
  readonly volumeClaimTemplates?: readonly SimObject[];
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly updateStrategy: {
    readonly type: 'RollingUpdate' | 'OnDelete';
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
  };
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly ordinals?: { readonly start?: number };
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: 'Retain' | 'Delete';
    readonly whenScaled?: 'Retain' | 'Delete';
  };
}

export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
  readonly conditions?: readonly unknown[];
}

export const revisionLabel = 'controller-revision-hash';

export function specOf(set: SimObject): StatefulSetSpec {
  return set['spec'] as StatefulSetSpec;
}

/** The ordinal in a pod's name; undefined if it is none of the set's. */
export function ordinalOf(set: SimObject, name: string): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^(0|[1-9]\d*)$/.test(rest) ? Number(rest) : undefined;
}
