// What a server may use of the memory of its node, and how that is divided.
import { type DefaultedNeo4jEnterpriseClusterSpec, parseQuantity } from '@neo4j-operator/api-types';
import { type PlannedMemory, planMemory } from '@neo4j-operator/neo4j-admin';
import { canonicalQuantity } from '@neo4j-operator/reconcile-kit';
import type { ResourceRequirements } from '../model/resources.ts';

type ClusterSpec = Pick<DefaultedNeo4jEnterpriseClusterSpec, 'resources' | 'memory'>;

/** What a server is made for, and asks its node for, if the spec says nothing. */
export const defaultMemory = '2Gi';

/** Where the spec says what a container has, and what it says. */
export interface ContainerMemory {
  readonly field: string;
  /** Undefined if nothing is said and the default counts. */
  readonly said: string | number | undefined;
}

/** A limit counts before a request: beyond it the server is killed. */
export function containerMemory({ resources }: ClusterSpec): ContainerMemory {
  const limit = resources?.limits?.['memory'];
  const request = resources?.requests?.['memory'];
  return limit === undefined && request !== undefined
    ? { field: 'spec.resources.requests.memory', said: request }
    : { field: 'spec.resources.limits.memory', said: limit };
}

/** Divides the memory of a container as the spec asks for. */
export function memoryOf(spec: ClusterSpec): PlannedMemory {
  const { heap, pageCache } = spec.memory ?? {};
  return planMemory({
    container: bytesOf(containerMemory(spec).said ?? defaultMemory),
    ...(heap === undefined ? {} : { heap: bytesOf(heap) }),
    ...(pageCache === undefined ? {} : { pageCache: bytesOf(pageCache) }),
  });
}

/**
 * The resources of the container, written as the API server writes them. A server always has a request for memory: a pod without any is
 * the first that a node in need puts out.
 */
export function resourcesOf(spec: ClusterSpec): ResourceRequirements {
  const { requests = {}, limits } = spec.resources ?? {};
  const isSaid = containerMemory(spec).said !== undefined;
  const asked = isSaid ? requests : { ...requests, memory: defaultMemory };
  return {
    ...(Object.keys(asked).length === 0 ? {} : { requests: canonicalAmounts(asked) }),
    ...(limits === undefined ? {} : { limits: canonicalAmounts(limits) }),
  };
}

function canonicalAmounts(amounts: Readonly<Record<string, string | number>>): Record<string, string> {
  const names = Object.keys(amounts).toSorted();
  const entries = names.map((name) => [name, canonicalQuantity(String(amounts[name]))]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Whole bytes. What is no amount was refused before. */
function bytesOf(quantity: string | number): number {
  return Number((parseQuantity(quantity) ?? 0n) / billion);
}

const billion = 1_000_000_000n;
