import type { Clock, Rng } from '@neo4j-operator/clock';
import type { ProgramRegistry } from '../program.ts';
import type { Lookup } from '../volumes/lookup.ts';
import type { ContainerLogs, Dialer, PodNetwork } from './contract.ts';
import type { PodApi } from './pod-api.ts';
import type { Pod } from './resources.ts';
import type { StatusWriter } from './status-writer.ts';

/** What all pods of a node share. */
export interface NodeParts {
  readonly nodeName: string;
  readonly nodeIp: string;
  readonly allocatable: { readonly cpu: number; readonly memory: number };
  readonly clock: Clock;
  readonly rng: Rng;
  readonly programs: ProgramRegistry;
  readonly network: PodNetwork;
  readonly logs: ContainerLogs;
  readonly dial: Dialer;
  readonly api: PodApi;
  readonly lookup: Lookup;
  readonly writer: StatusWriter;
  readonly podsDir: string;
  readonly claimsDir: string;
  readonly volumeRefreshMs: number;
  readonly tell: (pod: Pod, type: 'Normal' | 'Warning', reason: string, note: string) => void;
}
