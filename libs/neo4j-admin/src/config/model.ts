import type { Edition, Neo4jVersion } from '../catalogue/index.ts';
import type { JvmRequest } from './jvm.ts';
import type { MemoryPlan } from './memory.ts';

/** Everything that the configuration of one server follows from. */
export interface ServerModel {
  readonly version: Neo4jVersion;
  readonly edition: Edition;
  readonly identity: ServerIdentity;
  /** How the members of a cluster find each other; absent for a server that stays alone. Not in Community. */
  readonly discovery?: Discovery;
  /** Not in Community. */
  readonly mode: ServerMode;
  /** What a new cluster begins with; read at its first start only. */
  readonly initial: InitialDatabase;
  /** The language of databases that are created without one. Versions with one language have no such setting. */
  readonly defaultLanguage?: 'CYPHER_5' | 'CYPHER_25';
  readonly connectors: { readonly http: boolean };
  readonly tls: TlsPolicies;
  /** Absent: no metrics. Never in Community. */
  readonly metrics?: Metrics;
  readonly logging: Logging;
  /** Of `planMemory`. */
  readonly memory: MemoryPlan;
  readonly jvm: JvmRequest;
  readonly directories: Directories;
  /** Who routes: drivers, by the table that they are given, or the server that they reach. Drivers, unless said otherwise. */
  readonly routing?: {
    readonly defaultRouter: 'CLIENT' | 'SERVER';
    readonly enforceForDomains?: readonly string[];
  };
  /** Whether the HTTP endpoints on the state of the cluster ask for a login. Probes have none. */
  readonly statusEndpointsNeedLogin: boolean;
  /** Settings of the user, as values: what a server is to see, not how neo4j.conf would write it. */
  readonly userSettings: Readonly<Record<string, string>>;
}

/** Under which names and ports a server is known. */
export interface ServerIdentity {
  /** The name under which the others reach it, the same for its whole life. */
  readonly host: string;
  readonly ports: Ports;
  /** Addresses that clients are told instead of `host`: `host:port`. */
  readonly advertised?: { readonly bolt?: string; readonly http?: string; readonly https?: string };
}

/** Ports, all on all interfaces. */
export interface Ports {
  readonly bolt: number;
  readonly http: number;
  readonly https: number;
  readonly cluster: number;
  readonly raft: number;
  readonly routing: number;
  readonly backup: number;
  readonly prometheus: number;
}

/** The ports that the manual gives them (operations manual, "Ports"). */
export const defaultPorts: Ports = {
  bolt: 7687,
  http: 7474,
  https: 7473,
  cluster: 6000,
  raft: 7000,
  routing: 7688,
  backup: 6362,
  prometheus: 2004,
};

/** Discovery by a list of names; nothing is looked up in an API. */
export interface Discovery {
  /** `host:port` with the port for the cluster, of every server that may host `system` as a primary. */
  readonly endpoints: readonly string[];
  /** How many of them have to meet before the first one of all makes a `system` database. */
  readonly minimumInitialSystemPrimaries: number;
}

/** What a server may host. */
export interface ServerMode {
  readonly constraint: 'NONE' | 'PRIMARY' | 'SECONDARY';
  /** As what it hosts `system`. Never changed after its first start. */
  readonly system: 'PRIMARY' | 'SECONDARY';
}

/** The database that is made with the cluster. */
export interface InitialDatabase {
  /** Under the rules of `createDatabase`. */
  readonly name: string;
  readonly primaries: number;
  readonly secondaries: number;
}

/** The policies in use. A server without one for `cluster` talks to the others in plain text. */
export interface TlsPolicies {
  readonly bolt?: SslPolicy & { readonly level: 'REQUIRED' | 'OPTIONAL' };
  readonly https?: SslPolicy;
  readonly cluster?: SslPolicy;
  readonly backup?: SslPolicy;
  /** Whether new certificates are to be taken without a restart, in versions that can. */
  readonly reload: boolean;
}

/** Where the files of a policy are, and what it asks of the other side. */
export interface SslPolicy {
  readonly baseDirectory: string;
  readonly privateKey: string;
  readonly publicCertificate: string;
  readonly trustedDirectory: string;
  readonly clientAuth: 'NONE' | 'OPTIONAL' | 'REQUIRE';
  readonly verifyHostname: boolean;
}

/** Metrics for Prometheus, the only way in which they leave a server. */
export interface Metrics {
  /** Patterns of metrics: `*` for all. The servers' own default leaves most of them out. */
  readonly filter: readonly string[];
}

/** What is logged. */
export interface Logging {
  readonly queries: {
    readonly level: 'OFF' | 'INFO' | 'VERBOSE';
    /** Queries that take less are not logged, in milliseconds. */
    readonly thresholdMs: number;
    readonly annotationFormat?: 'CYPHER' | 'JSON' | 'FLAT_JSON';
  };
  readonly gc: boolean;
}

/** Where things are; absent ones are where Neo4j puts them. */
export interface Directories {
  /** Where neo4j.conf and the configuration of the logs are, if not below the home directory. */
  readonly configuration?: string;
  readonly data?: string;
  readonly logs?: string;
  readonly plugins?: string;
  readonly import?: string;
  readonly licenses?: string;
  readonly run?: string;
  /** Not in Community. */
  readonly metrics?: string;
}
