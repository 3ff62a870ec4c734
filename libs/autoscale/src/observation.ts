// What the caller saw of a cluster at one moment. The engine measures nothing itself.

/** The pools that can be sized. Both are numbered servers of one cluster. */
export type PoolName = 'primaries' | 'secondaries';

/** Where a number comes from. */
export type SampleSource = 'kubernetes' | 'neo4j' | 'prometheus';

/** One measured number. Its age is the time of the evaluation less `time`. */
export interface Sample {
  readonly value: number;
  /** When it was measured, in milliseconds since 1970. */
  readonly time: number;
  readonly source?: SampleSource;
}

/**
 * Where a server is in its life. A joining server counts as capacity that is on its way and not for load, until its databases are online;
 * a draining one counts for neither; an unready one was ready before and is expected back.
 */
export type ServerState = 'joining' | 'ready' | 'unready' | 'draining';

/** What was seen of one server. */
export interface ServerObservation {
  readonly name: string;
  readonly state: ServerState;
  /** When it was asked for, in milliseconds since 1970: from here to `readySince` is what a join takes. */
  readonly createdAt?: number;
  /** When its databases were first online. */
  readonly readySince?: number;
  readonly zone?: string;
  /** Cores that its pod requests; utilisation of `cpu` is measured against them. */
  readonly cpuRequest?: number;
  /** The databases that have a primary copy here that votes. */
  readonly primaryOf?: readonly string[];
  /** By name of the metric: cores in use for `cpu`, percent for `memory`, milliseconds for `query_latency`, else the metric's own unit. */
  readonly samples?: Readonly<Record<string, Sample>>;
}

/** The answer of a custom algorithm behind a webhook, as the caller got it; `body` is validated by the engine. */
export type WebhookAnswer =
  { readonly time: number; readonly body: unknown } | { readonly time: number; readonly error: string };

/** What was seen of one pool. */
export interface PoolObservation {
  /** How many servers were last asked for; without it, those that are there and do not drain. */
  readonly desired?: number;
  readonly servers: readonly ServerObservation[];
  /** Numbers for the pool as a whole, by name of the metric: demand per second, open connections, results of queries. */
  readonly samples?: Readonly<Record<string, Sample>>;
  /** By name of the algorithm. */
  readonly answers?: Readonly<Record<string, WebhookAnswer>>;
}

/** How many copies of a database its topology asks for. `pool`: one on every server of the pool of secondaries. */
export interface DatabaseObservation {
  readonly name: string;
  readonly primaries: number;
  readonly secondaries: number | 'pool';
  /** Fewest copies that a database with `secondaries: 'pool'` allows. */
  readonly minSecondaries?: number;
}

/** What was seen of a cluster at one moment. */
export interface Observation {
  readonly pools: Readonly<Partial<Record<PoolName, PoolObservation>>>;
  readonly databases?: readonly DatabaseObservation[];
  /** The big operation that holds the cluster, such as an upgrade: nothing is resized meanwhile. The resize of this engine's own is `scale`. */
  readonly operation?: { readonly type: string; readonly id: string };
  /** True while somebody works on the cluster by hand: nothing is resized meanwhile. */
  readonly maintenance?: boolean;
}
