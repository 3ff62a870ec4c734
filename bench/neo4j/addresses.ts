import { readFileSync } from 'node:fs';

/** Where a cluster is, and the password of its user `neo4j`. */
export interface ClusterAddress {
  readonly password: string;
  readonly addresses: readonly string[];
}

/** The clusters in the file that the first argument names. */
export function readClusters(): readonly ClusterAddress[] {
  return JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly ClusterAddress[];
}

/** So many statements at once go to each cluster. */
export const burstSize = 100;
