import type { SimValue } from '../contract.ts';

// The seam between Neo4j administration and the network, written down a second time: this library imports no other one, and types that
// have the same structure fit.

/** A text and what its `$names` stand for. */
export interface InProcessStatement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, SimValue>>;
}

/** Whom to talk to. */
export interface InProcessAddress {
  readonly scheme: 'neo4j' | 'bolt';
  /** `host:port`, Bolt addresses of simulated servers: the one for `bolt`, those to ask for a routing table for `neo4j`. */
  readonly addresses: () => readonly string[];
  readonly credentials: { readonly username: string; readonly password: string };
  /** Asked before each login; it is tried unless this says no. */
  readonly mayLogIn?: () => boolean;
  /** Told of each login that is refused for its password. */
  readonly loginRefused?: () => void;
  /** How long to wait for a server that does not answer, in milliseconds. */
  readonly connectTimeoutMs: number;
}

/** How a statement is run. */
export interface InProcessOptions {
  readonly database: string;
  readonly access: 'read' | 'write';
  readonly bookmarks: readonly string[];
  /** In milliseconds. */
  readonly timeoutMs: number;
}

/** What a statement that succeeded has given. */
export interface InProcessResult {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, SimValue>>[];
  readonly bookmarks: readonly string[];
  readonly systemUpdates: number;
  readonly notifications: readonly {
    readonly code: string;
    readonly gqlStatus: string;
    readonly description: string;
  }[];
  readonly server: { readonly address: string; readonly agent: string };
}

/** Why there is no result. */
export type InProcessFailure =
  | {
      readonly origin: 'server';
      readonly code: string;
      readonly gqlStatus: string;
      readonly gqlCauses: readonly string[];
      readonly message: string;
    }
  | {
      readonly origin: 'transport';
      readonly kind: 'unreachable' | 'lost' | 'timeout' | 'routing' | 'login-held-back' | 'closed';
      /** Whether the statement may have reached the server. */
      readonly mayHaveRun: boolean;
      readonly message: string;
    };

/** A result or a failure. */
export type InProcessAnswer =
  | { readonly ok: true; readonly result: InProcessResult }
  | { readonly ok: false; readonly failure: InProcessFailure };

/** A way to one address. */
export interface InProcessLink {
  /** Never rejects. */
  run(statement: InProcessStatement, options: InProcessOptions): Promise<InProcessAnswer>;
  /** How many servers it has logged in to. */
  connections(): number;
  close(): Promise<void>;
}
