/**
 * What Cypher takes and gives. INTEGER is `bigint` and FLOAT is `number` in both directions, so nothing is rounded on the way; ZONED
 * DATETIME is a `Date`, cut to milliseconds. Other temporal and all spatial values come as text and cannot be sent.
 */
export type CypherValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Date
  | readonly CypherValue[]
  | { readonly [key: string]: CypherValue };

/** A row of a result, by column. */
export type Row = Readonly<Record<string, CypherValue>>;

/** A text and what its `$names` stand for. Secrets are parameters, never text. */
export interface Statement {
  readonly text: string;
  readonly parameters: Readonly<Record<string, CypherValue>>;
}

/** A login as user and password ("basic" authentication). */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** `plaintext`, or TLS that trusts these authorities (PEM) and no others, the system's neither. */
export type Trust = 'plaintext' | { readonly authorities: readonly string[] };

/** Whom to talk to, and how. */
export interface BoltEndpoint {
  /** `neo4j` follows the routing table that a server gives, `bolt` stays with the one server. */
  readonly scheme: 'neo4j' | 'bolt';
  /**
   * `host:port`, an IPv6 host in brackets. For `bolt` the server; for `neo4j` those that can be asked for a routing table, as they are at that
   * moment.
   */
  readonly addresses: () => readonly string[];
  readonly credentials: Credentials;
  /** Asked before each login, of which a statement may need one: whether it may be tried. */
  readonly mayLogIn: () => boolean;
  /** Told of each login that a server has refused since the password is wrong. */
  readonly loginRefused: () => void;
  readonly trust: Trust;
  /** The most connections to one host. */
  readonly maxConnections: number;
  /** For TCP, TLS and the handshake together, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a statement waits for a connection, the making of one included, in milliseconds. */
  readonly acquisitionTimeoutMs: number;
}

/** How a statement is run. */
export interface RunOptions {
  readonly database: string;
  /** Under the scheme `neo4j`: whether the leader of the database is needed. */
  readonly access: 'read' | 'write';
  /** The server waits until it has seen what these stand for. */
  readonly bookmarks: readonly string[];
  /** What the server is told as the transaction's time-out, in milliseconds; an answer is waited for a second longer. */
  readonly timeoutMs: number;
}

/** A remark of the server on a statement that succeeded. */
export interface ServerNotification {
  /** `Neo.ClientNotification...`. */
  readonly code: string;
  readonly gqlStatus: string;
  readonly description: string;
}

/** What a statement that succeeded has given. */
export interface BoltResult {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** To be given to the reads that must see this. */
  readonly bookmarks: readonly string[];
  /** How many changes an administration statement made; 0 means that there was nothing to do. */
  readonly systemUpdates: number;
  readonly notifications: readonly ServerNotification[];
  /** Who answered. */
  readonly server: { readonly address: string; readonly agent: string };
}

/** Why a statement has no result, as it came, before anybody has judged it. */
export type BoltFailure =
  | {
      readonly origin: 'server';
      /** `Neo.ClientError...`, `Neo.TransientError...`, `Neo.DatabaseError...`. */
      readonly code: string;
      readonly gqlStatus: string;
      /** The statuses of its causes, outermost first. */
      readonly gqlCauses: readonly string[];
      readonly message: string;
    }
  | {
      readonly origin: 'transport';
      /**
       * `unreachable`: no connection was made. `tls-untrusted`: one was, but the certificate does not do. `tls-expected`: one side speaks
       * TLS and the other does not. `tls-refused`: the server does not accept how TLS was spoken. `protocol`: the peer does not speak Bolt.
       * `acquisition`: all connections were busy. `lost`: the connection broke. `timeout`: no answer came in time.
       * `routing`: no server of the routing table could be used. `login-held-back`: a login was needed and might not be tried.
       * `closed`: the link was closed.
       */
      readonly kind:
        | 'unreachable'
        | 'tls-untrusted'
        | 'tls-expected'
        | 'tls-refused'
        | 'protocol'
        | 'acquisition'
        | 'lost'
        | 'timeout'
        | 'routing'
        | 'login-held-back'
        | 'closed';
      /** Whether the statement may have reached the server; then nobody knows whether it was carried out. */
      readonly mayHaveRun: boolean;
      readonly message: string;
      readonly cause?: unknown;
    };

/** A result or a failure. */
export type BoltAnswer =
  { readonly ok: true; readonly result: BoltResult } | { readonly ok: false; readonly failure: BoltFailure };

/** A way to one endpoint. It connects when the first statement is run. */
export interface BoltLink {
  /** Runs a statement in a transaction of its own, once; never rejects. */
  run(statement: Statement, options: RunOptions): Promise<BoltAnswer>;
  /** How many connections are open now, in use or not. */
  connections(): number;
  /** Closes all connections; what is under way ends as `closed` or `lost`. */
  close(): Promise<void>;
}

/** The seam between this library and the network: the driver's implementation, or a simulated cluster's in process. */
export interface BoltConnector {
  /** Opens no connection yet. */
  open(endpoint: BoltEndpoint): BoltLink;
}
