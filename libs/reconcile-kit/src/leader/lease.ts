import { microTime } from '../core/micro-time.ts';
import type { KubeObject } from '../core/object.ts';
import { defineResource } from '../core/resource.ts';

/** The record of who leads. Absent fields and null mean the same. */
export interface LeaseSpec {
  /** Empty when nobody holds the lease. */
  readonly holderIdentity?: string | null;
  /** Whole seconds, at least 1. */
  readonly leaseDurationSeconds?: number | null;
  /** MicroTime of the present holder's first write. */
  readonly acquireTime?: string | null;
  /** MicroTime of the present holder's last write. */
  readonly renewTime?: string | null;
  /** How often the holder has changed. */
  readonly leaseTransitions?: number | null;
}

/** A Lease of coordination.k8s.io/v1. */
export interface Lease extends KubeObject {
  readonly spec?: LeaseSpec;
}

/** The resource type of Leases. */
export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
});

/** Who holds the lease; undefined when nobody does. */
export function holderOf(spec: LeaseSpec | undefined): string | undefined {
  return spec?.holderIdentity === '' ? undefined : (spec?.holderIdentity ?? undefined);
}

/**
 * From when on `identity` may write itself into a lease: at once if nobody else holds it, else when the holder's
 * duration has passed since its last write was seen.
 *
 * The times in the record are of no account, since the holder's clock may differ from ours: only the time that has
 * passed here, by the monotonic clock, since the record last changed.
 *
 * @param seenAtMs - monotonic milliseconds when this state of the record was first seen
 * @returns monotonic milliseconds
 */
export function mayAcquireAt(spec: LeaseSpec | undefined, identity: string, seenAtMs: number): number {
  const holder = holderOf(spec);
  if (holder === undefined || holder === identity) return seenAtMs;
  return seenAtMs + (spec?.leaseDurationSeconds ?? 0) * 1000;
}

/** The record after `identity` has taken or kept the lease. `nowMs` is wall-clock time. */
export function heldSpec(
  previous: LeaseSpec | undefined,
  identity: string,
  leaseDurationMs: number,
  nowMs: number,
): LeaseSpec {
  const time = microTime(nowMs);
  const kept = previous?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: leaseDurationMs / 1000,
    acquireTime: kept ? (previous.acquireTime ?? time) : time,
    renewTime: time,
    leaseTransitions: previous === undefined ? 0 : (previous.leaseTransitions ?? 0) + (kept ? 0 : 1),
  };
}

/**
 * The record after its holder has let go. The duration of a second is for electors of other makes, which may wait for
 * it although nobody holds the lease. `nowMs` is wall-clock time.
 */
export function releasedSpec(previous: LeaseSpec | undefined, nowMs: number): LeaseSpec {
  const time = microTime(nowMs);
  return {
    holderIdentity: '',
    leaseDurationSeconds: 1,
    acquireTime: time,
    renewTime: time,
    leaseTransitions: previous?.leaseTransitions ?? 0,
  };
}
