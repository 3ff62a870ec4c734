// What stands in the place of a container image: a program, in this process or as a process of its own.
import type { Clock, Rng } from '@neo4j-operator/clock';

/** What a container gets to see of where it runs. */
export interface ContainerContext {
  readonly pod: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly ip: string;
    readonly nodeName: string;
    readonly hostname: string;
    readonly subdomain?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  /** The container's name in the pod. */
  readonly name: string;
  readonly image: string;
  /** Counted from 0. */
  readonly restartCount: number;
  /** Of the pod, with `$(VAR)` expanded; empty if the image's own are meant. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string | undefined;
  /** Resolved: literals, ConfigMaps, Secrets, fields, resources. Nothing of the host's. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  /** Bytes; undefined without a limit. */
  readonly memoryLimit: number | undefined;
  /** Thousandths of a core; undefined without a limit. */
  readonly cpuLimit: number | undefined;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Writes to the container's log. A line without its newline. */
  readonly log: (line: string, stream?: 'stdout' | 'stderr') => void;
}

/** A directory, or a single file of it, as the container sees it. */
export interface Mount {
  /** Where the container sees it. */
  readonly mountPath: string;
  /** Where it is on this machine. */
  readonly hostPath: string;
  readonly readOnly: boolean;
  /** Where the data live: a claim's outlive the pod, an emptyDir's outlive the container. */
  readonly source:
    | { readonly type: 'claim'; readonly claimName: string; readonly claimUid: string }
    | {
        readonly type: 'emptyDir' | 'configMap' | 'secret' | 'projected' | 'downwardAPI';
        readonly volume: string;
      };
}

/** How a container ended. */
export interface Exit {
  /** 0 to 255; 128 + n for signal n. */
  readonly code: number;
  /** `Completed`, `Error`, `OOMKilled`; by default what the code says. */
  readonly reason?: string;
  /** What it left at its termination message path. */
  readonly message?: string;
}

/** A container that runs. */
export interface RunningProgram {
  /** Settles when it has ended by itself or by a signal. An error counts as exit code 1. */
  readonly exited: Promise<Exit>;
  /** SIGTERM asks it to end, SIGKILL ends it at once. Harmless when it has ended. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
  /**
   * Runs a command in the container, for exec probes and hooks, until `signal` is aborted: then nobody waits for it any more. Absent: the
   * command is not found (exit code 127).
   */
  exec?(
    command: readonly string[],
    signal?: AbortSignal,
  ): Promise<{ readonly code: number; readonly output: string }>;
  /**
   * Answers HTTP and TCP probes in process. Absent: probes go to the pod's address over the network.
   *
   * @returns the HTTP status, or for `tcp` 200 if the port is open; undefined if nothing listens
   */
  answer?(probe: {
    readonly type: 'httpGet' | 'tcpSocket' | 'grpc';
    readonly port: number;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  }): Promise<number | undefined>;
}

/** Something that can be run as a container. */
export interface Program {
  /** Starts it. If it throws the container has ended with code 128 and the message (`StartError`). */
  start(container: ContainerContext): RunningProgram;
}

/** Gives the program of an image; undefined if there is none, which the pod shows as `ErrImagePull`. */
export type ProgramRegistry = (image: string) => Program | undefined;
