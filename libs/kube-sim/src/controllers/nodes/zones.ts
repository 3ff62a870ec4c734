// How fast pods may be driven off nodes that fail, zone by zone: if all of a cluster seems to fail, it is rather the network.
import type { SimObject } from '../../api/object.ts';
import { readyCondition } from './nodes.ts';

/** One node at a time, of those that are not ready. */
const usualIntervalMs = 10_000;
const slowIntervalMs = 100_000;
const largeZone = 50;
const partialShare = 0.55;

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

export interface Zone {
  readonly state: ZoneState;
  readonly size: number;
}

/** The zones of nodes by name. */
export function zonesOf(nodes: readonly SimObject[]): ReadonlyMap<string, Zone> {
  const ready = new Map<string, boolean[]>();
  for (const node of nodes) {
    const zone = zoneOf(node);
    ready.set(zone, [...(ready.get(zone) ?? []), readyCondition(node)?.status === 'True']);
  }
  return new Map(Array.from(ready, ([zone, all]) => [zone, { state: stateOf(all), size: all.length }]));
}

export function zoneOf({ metadata: { labels = {} } }: SimObject): string {
  return `${labels['topology.kubernetes.io/region'] ?? ''}/${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

/** Milliseconds between two nodes of a zone. */
export function intervalMs({ state, size }: Zone): number {
  if (state !== 'PartialDisruption') return usualIntervalMs;
  return size > largeZone ? slowIntervalMs : Infinity;
}

function stateOf(ready: readonly boolean[]): ZoneState {
  const lost = ready.filter((isReady) => !isReady).length;
  if (lost === ready.length) return 'FullDisruption';
  return lost > 2 && lost / ready.length >= partialShare ? 'PartialDisruption' : 'Normal';
}
