// What everything that belongs to a cluster is called, and the labels and annotations by which it is found again.
import { type ObjectKey, objectKey, parseKey } from '@neo4j-operator/reconcile-kit';

const prefix = 'neo4j.neo4j.com';

/** Who all objects of ours are managed by, as the value of `labels.managedBy`. */
export const managedBy = 'neo4j-operator';

/** Labels of the objects that belong to a cluster. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  /** Of what application an object is part: `neo4j`. */
  name: 'app.kubernetes.io/name',
  /** The name of the cluster. */
  cluster: `${prefix}/cluster`,
  /** The number of the server. */
  server: `${prefix}/server`,
  /** `primary` or `secondary`. */
  pool: `${prefix}/pool`,
  /** What an object that is found by label is for: `bootstrap`, `operator-account`, `admin`, `data`, `kept-databases`. */
  role: `${prefix}/role`,
} as const;

/** Annotations. */
export const annotations = {
  /** On any object of our kinds: `"true"` has the controller look and not touch. */
  paused: `${prefix}/paused`,
  /** On a claim: the id that Neo4j gave the server whose data it holds. */
  serverId: `${prefix}/server-id`,
  /** On a claim: as what the server hosts `system`, `PRIMARY` or `SECONDARY`. Chosen once. */
  systemMode: `${prefix}/system-mode`,
  /** On a claim: what was decided when the cluster was formed, as JSON. */
  formation: `${prefix}/formation`,
  /** On the admin Service: the highest number that a server has ever had. */
  lastServer: `${prefix}/last-server`,
  /** On the budget: `"true"` once everything was well since the cluster object was made. */
  wasWell: `${prefix}/was-well`,
  /** On a StatefulSet: the hash of what the user asked for when its template was last written. */
  askedHash: `${prefix}/asked-hash`,
  /** On a StatefulSet: the hash of its template as it was rendered, without the name of the ConfigMap. */
  templateHash: `${prefix}/template-hash`,
  /** On a pod: which live settings the running process was told, as `<hash>/<container id>`. */
  liveSettings: `${prefix}/live-settings`,
  /** On the Secret of the operator's account: `<uid>/<resourceVersion>` of the Secret whose password the administrator has. */
  adminPassword: `${prefix}/admin-password`,
  /** On a Neo4jDatabase: the id of the database that was made for it. */
  databaseId: `${prefix}/database-id`,
  /** On a Neo4jDatabase: that the database is being made for it, written before it is. */
  creating: `${prefix}/creating`,
} as const;

/** A selector for what belongs to any cluster. */
export const ourSelector = `${labels.managedBy}=${managedBy}`;

/** The labels that every object of a cluster carries. */
export function clusterLabels(cluster: string): Readonly<Record<string, string>> {
  return { [labels.managedBy]: managedBy, [labels.name]: 'neo4j', [labels.cluster]: cluster };
}

/** The cluster that an object belongs to by its labels. */
export function clusterOf(object: {
  readonly metadata: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
}): ObjectKey | undefined {
  const { namespace, labels: found = {} } = object.metadata;
  const name = found[labels.managedBy] === managedBy ? found[labels.cluster] : undefined;
  return name === undefined || name === '' ? undefined : objectKey(namespace, name);
}

/** The name of a server: of its StatefulSet, its Service and its claim. */
export function serverName(cluster: string, number: number): string {
  return `${cluster}-${number}`;
}

/** The number in the name of a server of this cluster, or undefined if it is none. */
export function serverNumber(cluster: string, name: string): number | undefined {
  const digits = name.startsWith(`${cluster}-`) ? name.slice(cluster.length + 1) : '';
  return /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : undefined;
}

/** The name of the pod of a server. */
export function podName(cluster: string, number: number): string {
  return `${serverName(cluster, number)}-0`;
}

/** The host under which a server is known to the others and to clients. */
export function serverHost(cluster: ObjectKey, number: number, clusterDomain: string): string {
  const { namespace = '', name } = parseKey(cluster);
  return `${serverName(name, number)}.${namespace}.svc.${clusterDomain}`;
}

/** Names of the objects that a cluster has once. */
export const objectNames = {
  /** The Service that clients use. */
  client: (cluster: string) => cluster,
  /** The Service without an address that names all servers. */
  headless: (cluster: string) => `${cluster}-servers`,
  /** The Service for administration, which publishes servers that are not ready. */
  admin: (cluster: string) => `${cluster}-admin`,
  budget: (cluster: string) => cluster,
  /** The Secret with the password that servers start with. */
  bootstrap: (cluster: string) => `${cluster}-bootstrap`,
  /** The Secret with the operator's own account. */
  operatorAccount: (cluster: string) => `${cluster}-operator`,
  /** The Secret with the administrator's password, if the user names none. */
  generatedAdmin: (cluster: string) => `${cluster}-auth`,
  /** The ConfigMap that remembers databases whose objects are gone and whose data were to stay. */
  keptDatabases: (cluster: string) => `${cluster}-kept-databases`,
} as const;
