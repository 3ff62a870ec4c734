import { uuid } from '@neo4j-operator/clock';
import {
  annotations,
  claimantsOf,
  type ClusterObject,
  clusters,
  configMaps,
  databases,
  labels,
  objectNames,
} from '@neo4j-operator/cluster-access';
import {
  keyOf,
  type KubeObject,
  type Lister,
  type ObjectKey,
  objectKey,
  type PassContext,
  PreconditionFailed,
  type Stored,
} from '@neo4j-operator/reconcile-kit';
import type { Formation } from '../model/formation.ts';
import {
  type Claim,
  claims,
  disruptionBudgets,
  pods,
  services,
  type StatefulSet,
  statefulSets,
} from '../model/resources.ts';
import type { ClusterState, SharedObjects } from '../model/state.ts';
import { hasBeenWell } from '../plan/stranded.ts';
import { checkFormation } from '../validate/index.ts';
import { readAccounts } from './accounts.ts';
import { isMadeFor, isOfServer, labelled } from './belonging.ts';
import { formationOfClaims } from './formation.ts';
import { highestNumber, numberOf } from './numbers.ts';
import type { AnalyzePorts } from './ports.ts';
import { runningImageOf } from './running-image.ts';
import { seenIn, serversOf } from './servers.ts';
import { lookAt, type Seen } from './sight.ts';
import { viewsOf } from './views.ts';

/** What an observation takes from a pass. */
export type AnalyzeContext = Pick<PassContext, 'lister' | 'signal' | 'clock' | 'rng'>;

/**
 * Observes a cluster: its objects from the caches, its Secrets by name, and what Neo4j says through the session that all controllers share.
 * Nothing is decided here. A cluster with a wrong spec is observed all the same; of one that is being deleted, only what may have to go.
 *
 * @throws PreconditionFailed if the object has gone meanwhile
 */
export async function analyze(
  object: Stored<ClusterObject>,
  context: AnalyzeContext,
  ports: AnalyzePorts,
): Promise<ClusterState> {
  const { clock, lister, signal } = context;
  const { clusterDomain } = ports;
  const key = keyOf(object);
  const isDeleted = object.metadata.deletionTimestamp !== undefined;
  const { errors, warnings } = isDeleted ? { errors: [], warnings: [] } : ports.verdictOn(object);

  const ours = <T extends KubeObject>(from: Lister<T>): readonly Stored<T>[] =>
    labelled(from, object).filter((found) => isMadeFor(object, found));
  const allClaims = labelled(lister(claims), object).filter(
    (claim) => isForData(claim) && numberOf(key, claim) !== undefined,
  );
  const found = {
    claims: allClaims.filter(({ metadata }) => metadata.deletionTimestamp === undefined),
    statefulSets: ours(lister(statefulSets)),
    services: ours(lister(services)),
    pods: labelled(lister(pods), object),
  };
  const maps = new Map(
    ours(lister(configMaps))
      .filter(isOfServer)
      .map((map) => [map.metadata.name, map]),
  );
  const shared = sharedOf(object, context);
  const formation = isDeleted ? undefined : formationOfClaims(telling(key, allClaims, found.statefulSets));
  const accounts = await readAccounts(object, ports.secrets, signal);
  const unseen = serversOf(key, found, clusterDomain, (name) => {
    const map = maps.get(name);
    return map === undefined ? undefined : ports.settingsOf(map);
  });
  const hadLogin = accounts.operator.secret?.metadata.annotations?.[annotations.adminPassword] !== undefined;
  const running = runningImageOf(object, unseen, hadLogin, hasBeenWell(shared));
  requirePresent(object, context);

  const seen: Seen = isDeleted
    ? { session: undefined, sight: { kind: 'unknown' } }
    : await lookAt(
        key,
        {
          servers: unseen,
          running,
          edition: formation?.edition ?? object.spec.edition,
          operatorSecret: accounts.operator.key,
        },
        ports,
        signal,
      );
  const servers = seenIn(seen.sight, unseen);

  return {
    key,
    spec: object.spec,
    problems: formation === undefined ? errors : [...errors, ...checkFormation(object.spec, formation)],
    warnings,
    isPaused: object.metadata.annotations?.[annotations.paused] === 'true',
    running,
    formation,
    servers,
    lastServer: highestNumber(
      key,
      [...allClaims, ...found.statefulSets, ...found.pods],
      shared.admin,
      seen.sight,
      clusterDomain,
    ),
    shared,
    configMaps: maps,
    accounts,
    sight: seen.sight,
    views: await viewsOf(servers, seen, context),
    defaultDatabaseHasOwner: hasOwner(key, object, formation, context),
    now: clock.now(),
    newId: uuid(context.rng),
  };
}

/** A session that is opened after the object has gone would be closed by nobody. */
function requirePresent(object: Stored<ClusterObject>, { lister }: Pick<AnalyzeContext, 'lister'>): void {
  const now = lister(clusters).get(keyOf(object));
  if (now?.metadata.uid !== object.metadata.uid)
    throw new PreconditionFailed(`the cluster ${keyOf(object)} has gone while it was looked at`);
}

function isForData({ metadata }: Stored<Claim>): boolean {
  return metadata.labels?.[labels.role] === 'data';
}

/** Claims that tell how the cluster was formed: one that is going does as long as a server of ours uses it, and else is of an earlier cluster. */
function telling(
  cluster: ObjectKey,
  all: readonly Stored<Claim>[],
  sets: readonly Stored<StatefulSet>[],
): readonly Stored<Claim>[] {
  const used = new Set(sets.map((set) => numberOf(cluster, set)));
  const isGoing = ({ metadata }: Stored<Claim>): boolean => metadata.deletionTimestamp !== undefined;
  return [
    ...all.filter((claim) => !isGoing(claim)),
    ...all.filter((claim) => isGoing(claim) && used.has(numberOf(cluster, claim))),
  ];
}

function sharedOf(object: Stored<ClusterObject>, { lister }: Pick<AnalyzeContext, 'lister'>): SharedObjects {
  const { namespace, name } = object.metadata;
  const one = <T extends KubeObject>(from: Lister<T>, called: string): Stored<T> | undefined => {
    const found = from.get(objectKey(namespace, called));
    return found !== undefined && isMadeFor(object, found) ? found : undefined;
  };
  return {
    client: one(lister(services), objectNames.client(name)),
    headless: one(lister(services), objectNames.headless(name)),
    admin: one(lister(services), objectNames.admin(name)),
    budget: one(lister(disruptionBudgets), objectNames.budget(name)),
  };
}

/** Names of databases know no capitals, and objects for them have none. */
function hasOwner(
  cluster: ObjectKey,
  { spec }: ClusterObject,
  formation: Formation | undefined,
  { lister }: Pick<AnalyzeContext, 'lister'>,
): boolean {
  const name = (formation?.defaultDatabase ?? spec.topology.defaultDatabase.name).toLowerCase();
  const [first] = claimantsOf(lister(databases), cluster, name);
  return first !== undefined;
}
