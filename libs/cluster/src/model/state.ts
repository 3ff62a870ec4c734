// Everything that a pass knows, observed before anything is decided. Built by analyze/, read by plan/, render/ and status/.
import type { DefaultedNeo4jEnterpriseClusterSpec, FieldError } from '@neo4j-operator/api-types';
import type { ConfigMap, Secret, Sight } from '@neo4j-operator/cluster-access';
import type { Neo4jVersion, ServerView, Settings } from '@neo4j-operator/neo4j-admin';
import type { KubeObject, ObjectKey, Stored } from '@neo4j-operator/reconcile-kit';
import type { Formation, Pool, SystemMode } from './formation.ts';
import type { Claim, DisruptionBudget, Pod, Service, StatefulSet } from './resources.ts';

/** Observed facts, nothing decided. */
export interface ClusterState {
  readonly key: ObjectKey;
  readonly spec: DefaultedNeo4jEnterpriseClusterSpec;
  /** What is wrong with the spec. While there is anything, nothing is changed. */
  readonly problems: readonly FieldError[];
  /** What is odd about the spec and accepted. */
  readonly warnings: readonly FieldError[];
  readonly isPaused: boolean;
  /** What the servers run: the image that the templates name, else what the spec asks for. Undefined while the spec is wrong. */
  readonly running: RunningImage | undefined;
  /** Of the claims; undefined before the first one is made. */
  readonly formation: Formation | undefined;
  /** By number; every server that has a claim or a StatefulSet. Claims that are detached or going belong to none. */
  readonly servers: readonly ServerState[];
  /** The highest number that any server is known to have had; 0 if there was none. */
  readonly lastServer: number;
  readonly shared: SharedObjects;
  /** ConfigMaps of the cluster, by name. */
  readonly configMaps: ReadonlyMap<string, Stored<ConfigMap>>;
  readonly accounts: Accounts;
  readonly sight: Sight;
  /** Which ids each server itself sees, by number of the server asked. Asked only while servers are missing or disagree. */
  readonly views: ReadonlyMap<number, readonly string[]>;
  /** Whether a Neo4jDatabase of this cluster names the default database, and so owns its topology. */
  readonly defaultDatabaseHasOwner: boolean;
  /** Wall clock, in milliseconds, and an id for an operation that begins in this pass: for the status alone. */
  readonly now: number;
  readonly newId: string;
}

export interface RunningImage {
  /** As a pod names it. */
  readonly image: string;
  readonly version: Neo4jVersion;
}

/** Objects that a cluster has once. */
export interface SharedObjects {
  readonly client: Stored<Service> | undefined;
  readonly headless: Stored<Service> | undefined;
  readonly admin: Stored<Service> | undefined;
  readonly budget: Stored<DisruptionBudget> | undefined;
}

/** One server and all that belongs to it. */
export interface ServerState {
  readonly number: number;
  readonly name: string;
  readonly pool: Pool;
  readonly systemMode: SystemMode;
  readonly claim: Stored<Claim> | undefined;
  /** The id on the claim. */
  readonly recordedId: string | undefined;
  readonly statefulSet: Stored<StatefulSet> | undefined;
  readonly service: Stored<Service> | undefined;
  readonly pod: Stored<Pod> | undefined;
  /** What neo4j.conf says in the ConfigMap that the template names; undefined if there is none. */
  readonly templateSettings: Settings | undefined;
  /** The same of the pod, which is what the process was started with. */
  readonly podSettings: Settings | undefined;
  /** `host:port` under which it is known. */
  readonly boltAddress: string;
  /** What the cluster says of it: by the recorded id, else by its address among servers that are not dropped. */
  readonly row: ServerView | undefined;
}

/** The three Secrets and what they say. */
export interface Accounts {
  readonly bootstrap: SecretState;
  readonly operator: SecretState;
  readonly admin: AdminSecretState;
}

/** `resourceVersion` and metadata are always there if the Secret is; `data` was read. */
export interface SecretState {
  readonly key: ObjectKey;
  readonly secret: Stored<Secret> | undefined;
}

/** The administrator's Secret: the one that the user names, or the generated one. */
export interface AdminSecretState extends SecretState {
  readonly isGenerated: boolean;
  /** Decoded. */
  readonly password: string | undefined;
  /** Why the Secret of the user cannot be used: a sentence with the remedy. */
  readonly problem: string | undefined;
}

/** An object that this library wants to be there, as it is to be applied. */
export type Desired = KubeObject;
