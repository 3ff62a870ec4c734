/**
 * A value as the simulated server computes it. INTEGER is `bigint`, FLOAT is `number`, a ZONED DATETIME is a `Date` (in UTC).
 */
export type SimValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Date
  | readonly SimValue[]
  | { readonly [key: string]: SimValue };

/** An error as a server sends it. */
export interface SimFailure {
  /** `Neo.ClientError.Statement.SyntaxError` and the like. */
  readonly code: string;
  /** Of the newest servers; before Bolt 5.7 and on 5.26 the wire sends 50N42 for nearly everything. */
  readonly gqlStatus: string;
  readonly message: string;
  readonly cause?: SimFailure;
}

/** A remark on a statement that succeeded. */
export interface SimNotification {
  readonly code: string;
  readonly gqlStatus: string;
  readonly title: string;
  readonly description: string;
  readonly severity: 'INFORMATION' | 'WARNING';
  readonly category: string;
}

/** What a statement gives. */
export interface SimResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SimValue[])[];
  /** `r` read, `w` write, `rw` both, `s` schema and administration. */
  readonly type: 'r' | 'w' | 'rw' | 's';
  /** Changes to the system database; 0 for none. */
  readonly systemUpdates: number;
  /** Nodes made and properties set, of statements on data. */
  readonly nodesCreated: number;
  readonly propertiesSet: number;
  readonly notifications: readonly SimNotification[];
  readonly database: string;
  readonly bookmark: string;
}

/** A result or a failure. */
export type SimAnswer =
  { readonly ok: true; readonly result: SimResult } | { readonly ok: false; readonly failure: SimFailure };

/** How a client says who it is. */
export interface SimAuth {
  readonly scheme: string;
  readonly principal: string;
  readonly credentials: string;
}

/** Whether a login is taken; one whose password has to be changed first is, with that said. */
export type SimLogin =
  | { readonly ok: true; readonly user: string; readonly credentialsExpired: boolean }
  | { readonly ok: false; readonly failure: SimFailure };

/** What comes with a statement or the begin of a transaction. */
export interface SimRequest {
  readonly user: string;
  /** `null` for the home database of the user. */
  readonly database: string | null;
  readonly access: 'read' | 'write';
  readonly bookmarks: readonly string[];
  /** What the client sets; `undefined` for the server's own limit. */
  readonly timeoutMs: number | undefined;
}

/** The addresses for a database by what they are good for. */
export interface SimRoutingTable {
  readonly ttlSeconds: number;
  readonly database: string;
  readonly routers: readonly string[];
  readonly readers: readonly string[];
  readonly writers: readonly string[];
}

/** An open transaction. */
export interface SimTransaction {
  readonly database: string;
  run(text: string, parameters: Readonly<Record<string, SimValue>>): Promise<SimAnswer>;
  /** Gives the bookmark. */
  commit(): Promise<
    { readonly ok: true; readonly bookmark: string } | { readonly ok: false; readonly failure: SimFailure }
  >;
  rollback(): void;
}

/** What goes wrong between this server and its clients; changed at any time, read at each message. */
export interface WireFaults {
  /** Takes messages and answers none. */
  readonly mute: boolean;
  /** Milliseconds of the clock before each answer. */
  readonly slowMs: number;
  /** Breaks the connection after this many records of a result. */
  readonly resetAfterRecords: number | undefined;
  /** Breaks the connection when a statement has been carried out, before its answer. */
  readonly loseAnswers: boolean;
}

/** One running server as its clients see it, whatever the wire. */
export interface SimEndpoint {
  /** `5.26.30`, `2026.08.1`; decides which Bolt versions are spoken. */
  readonly version: string;
  readonly edition: 'enterprise' | 'community';
  /** What its routing tables call it, `host:port`. */
  readonly advertisedAddress: string;
  readonly wireFaults: WireFaults;
  login(auth: SimAuth): SimLogin;
  /** A statement in a transaction of its own. */
  run(request: SimRequest, text: string, parameters: Readonly<Record<string, SimValue>>): Promise<SimAnswer>;
  begin(
    request: SimRequest,
  ): Promise<
    | { readonly ok: true; readonly transaction: SimTransaction }
    | { readonly ok: false; readonly failure: SimFailure }
  >;
  /** @param database - `null` for the home database */
  route(
    user: string,
    database: string | null,
  ):
    | { readonly ok: true; readonly table: SimRoutingTable }
    | { readonly ok: false; readonly failure: SimFailure };
  /** Called once when the server stops or crashes: connections break, ports close. Gives a way to call it off. */
  onStop(callback: () => void): () => void;
}
