// What the kubelet of a node needs, and what can be asked of it.
import type { Clock, Rng } from '@neo4j-operator/clock';
import type { EventRecorder, InformerRegistry, KubeTransport, Logger } from '@neo4j-operator/reconcile-kit';
import type { ProgramRegistry } from '../program.ts';
import type { Pod } from './resources.ts';

/** Which run of which container. */
export interface ContainerInstance {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  /** Counted from 0. */
  readonly restartCount: number;
}

/** Where the output of one run of a container goes. */
export interface LogWriter {
  /** A line without its newline. */
  write(line: string, stream: 'stdout' | 'stderr'): void;
  /** The last lines, at most so many, and of them the last bytes, at most so many; for `FallbackToLogsOnError`. */
  tail(maxLines: number, maxBytes: number): string;
}

/** Keeps what containers write. */
export interface ContainerLogs {
  /** Begins the log of a run. The log of the run before is the previous one from now on, older ones may go. */
  open(instance: ContainerInstance): LogWriter;
  /** The pod is gone and nobody can ask for its logs any more. */
  remove(podUid: string): void;
}

/** The addresses of pods. Asking again for the same pod gives the same address until it is released. */
export interface PodNetwork {
  allot(podUid: string): string;
  release(podUid: string): void;
}

/** Something that a probe or a hook asks over the network. */
export interface Dial {
  readonly type: 'httpGet' | 'tcpSocket' | 'grpc';
  readonly host: string;
  readonly port: number;
  readonly scheme: 'http' | 'https';
  /** Of gRPC: the service. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when the time-out is over: then the connection is to be closed. */
  readonly signal: AbortSignal;
}

/** Asks over the network, for programs that do not answer in process. Gives what `RunningProgram.answer` gives, and never rejects. */
export type Dialer = (dial: Dial) => Promise<number | undefined>;

/** Refuses a pod that is bound to the node but has no place there; its phase becomes `Failed`. */
export type Admission = (
  pod: Pod,
  /** The pods on the node that have been admitted and have not ended. */
  others: readonly Pod[],
) => { readonly reason: string; readonly message: string } | undefined;

export interface KubeletOptions {
  readonly nodeName: string;
  readonly nodeIp: string;
  readonly transport: KubeTransport;
  /** Started and stopped by the caller. All kubelets of a process share its informers. */
  readonly registry: InformerRegistry;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly logger: Logger;
  readonly programs: ProgramRegistry;
  readonly network: PodNetwork;
  readonly logs: ContainerLogs;
  readonly dial: Dialer;
  /** Default: every pod is welcome. */
  readonly admit?: Admission;
  /** Told what a kubelet tells by Events: Started, Killing, BackOff, Unhealthy, FailedMount and so on. Default: nobody. */
  readonly events?: Pick<EventRecorder, 'record'>;
  /** Of the node, for `resourceFieldRef` without a limit: cores and bytes. */
  readonly allocatable: { readonly cpu: number; readonly memory: number };
  /** A folder of this node. Holds the volumes of its pods. */
  readonly dataDir: string;
  /** A folder that all nodes share. Holds a folder for each PersistentVolume, by name. */
  readonly claimsDir: string;
  /** Milliseconds from a change of a ConfigMap or Secret until mounted files show it. Default 60 000, a kubelet's order of magnitude. */
  readonly volumeRefreshMs?: number;
  /** Milliseconds that changes of a pod's status are gathered before they are written. Default 0: as soon as the turn is over. */
  readonly statusDelayMs?: number;
}

/** A node's agent: runs the pods that are bound to the node and reports how they are. */
export interface Kubelet {
  /** Runs the pods that are bound to the node, from now on. Also after `fail`: then the containers count as killed and start anew. */
  start(): void;
  /** The node loses its power: programs die at once, nothing is written any more. Volumes stay. */
  fail(): void;
  /** As `fail`, and waits until everything that is under way has ended. It cannot be started again. */
  stop(): Promise<void>;
  /**
   * Kills a container's process with SIGKILL: exit code 137, with `oom` for the reason `OOMKilled`.
   *
   * @returns false if it does not run here
   */
  killContainer(namespace: string, pod: string, container: string, how?: { readonly oom?: boolean }): boolean;
  /**
   * Evicts a pod as a node under pressure does: it ends within its grace period, its phase is `Failed` and its reason `Evicted`.
   *
   * @returns false if it does not run here
   */
  evict(namespace: string, pod: string, message: string): boolean;
  /** How many pods are on the node and have not ended. */
  readonly activePods: number;
}
