// What has to be so in the end, by what is wanted alone.
import { clusters, configMaps, labels, managedBy, secrets } from '@neo4j-operator/cluster-access';
import type { SimServer, SystemState } from '@neo4j-operator/neo4j-sim';
import type { KubeObject, Stored } from '@neo4j-operator/reconcile-kit';
import { leaderOf, type Stage } from '../../stage/src/index.ts';
import { databaseFindings, isDefaultHeld } from './simulation-databases.spec-helper.ts';
import { settingKeys } from './simulation-life.spec-helper.ts';
import type { Past } from './simulation-user.spec-helper.ts';
import {
  adminSecret,
  type ClusterWish,
  graph,
  type Mistake,
  type Wish,
} from './simulation-wish.spec-helper.ts';
import { claims, pods, services, statefulSets } from './thread.spec-helper.ts';

/** What is not as it should be, one line each; none: this is the state that follows from the spec. */
export function findings(stage: Stage, wish: Wish, past: Past): readonly string[] {
  const { cluster } = wish;
  if (cluster === undefined)
    return [...goneFindings(stage, wish), ...databaseFindings(stage, wish, past, undefined)];
  if (cluster.mistake !== undefined) return mistakeFindings(stage, cluster.mistake);
  const system = leaderOf(stage.world, graph, 'system')?.state;
  if (system === undefined) return ['nobody leads system'];
  return [
    ...conditionFindings(stage, cluster, isDefaultHeld(wish, cluster, system)),
    ...serverFindings(stage, cluster, past, system),
    ...objectFindings(stage, cluster),
    ...accountFindings(stage, cluster, system),
    ...restartFindings(stage, cluster),
    ...databaseFindings(stage, wish, past, system),
  ];
}

const ours = ({ metadata }: KubeObject): boolean => metadata.labels?.[labels.managedBy] === managedBy;

function goneFindings(stage: Stage, { kept }: Wish): readonly string[] {
  const left = (what: string, found: readonly Stored[]): readonly string[] =>
    found.filter(ours).map(({ metadata }) => `${what} ${metadata.name} is left`);
  const data = stage.list(claims, graph.namespace).filter(ours);
  return [
    ...(stage.get(clusters, graph.namespace, graph.name) === undefined ? [] : ['the cluster is left']),
    ...left('StatefulSet', stage.list(statefulSets, graph.namespace)),
    ...left('Service', stage.list(services, graph.namespace)),
    ...left('pod', stage.list(pods, graph.namespace)),
    ...(kept === undefined ? left('claim', data) : []),
    ...(kept === undefined ? left('Secret', stage.list(secrets, graph.namespace)) : []),
  ];
}

const reasonOf: Readonly<Record<Mistake, string>> = {
  oldImage: 'ImageRefused',
  badImage: 'ImageRefused',
  ownedSetting: 'SpecInvalid',
  heapTooLarge: 'SpecInvalid',
  noLicence: 'LicenseNotAccepted',
  noSecret: 'AdminSecretInvalid',
  shortPassword: 'AdminSecretInvalid',
};

/** Community Edition asks for no licence. */
function mistakeFindings(stage: Stage, mistake: Mistake): readonly string[] {
  const object = stage.get(clusters, graph.namespace, graph.name);
  if (mistake === 'noLicence' && object?.spec.edition === 'community') return [];
  return [
    ...expectCondition(stage, 'Stalled', 'True', reasonOf[mistake]),
    ...expectCondition(stage, 'Ready', 'False', reasonOf[mistake]),
  ];
}

function conditionFindings(
  stage: Stage,
  { secondaries, primaries }: ClusterWish,
  isHeld: boolean,
): readonly string[] {
  const count = (pool: string): number => serversIn(stage, pool).length;
  const isSurplus = count('primary') > primaries || count('secondary') > secondaries;
  return [
    ...(isHeld
      ? expectCondition(stage, 'Reconciling', 'True', 'Blocked')
      : [
          ...expectCondition(stage, 'Ready', 'True', 'Available'),
          ...expectCondition(stage, 'Reconciling', 'False', 'Settled'),
        ]),
    ...expectCondition(stage, 'Stalled', 'False', 'NotStalled'),
    ...expectCondition(stage, 'Formed', 'True'),
    ...expectCondition(stage, 'AdminPasswordSet', 'True'),
    ...expectCondition(stage, 'Paused', 'False'),
    ...expectCondition(stage, 'StorageGrowing', 'False'),
    ...expectCondition(stage, 'RestartPending', 'False'),
    ...expectCondition(stage, 'ScaleIn', isSurplus ? 'True' : 'False'),
    ...(isHeld || stage.get(clusters, graph.namespace, graph.name)?.status?.operation === undefined
      ? []
      : ['an operation is under way']),
  ];
}

function expectCondition(stage: Stage, type: string, status: string, reason?: string): readonly string[] {
  const object = stage.get(clusters, graph.namespace, graph.name);
  const found = object?.status?.conditions?.find((each) => each.type === type);
  if (found?.status === status && (reason === undefined || found.reason === reason)) {
    const { observedGeneration } = found;
    return observedGeneration === object?.metadata.generation
      ? []
      : [`${type} is of generation ${observedGeneration} and not ${object?.metadata.generation}`];
  }
  return [
    `${type} is ${found?.status}/${found?.reason} and not ${status}/${reason ?? ''}: ${found?.message ?? ''}`,
  ];
}

function serversIn(stage: Stage, pool: string): readonly Stored[] {
  return stage
    .list(claims, graph.namespace)
    .filter((claim) => ours(claim) && claim.metadata.labels?.[labels.pool] === pool);
}

function serverFindings(
  stage: Stage,
  cluster: ClusterWish,
  past: Past,
  system: SystemState,
): readonly string[] {
  const found: string[] = [];
  const isCommunity = cluster.edition === 'community';
  const bounds = {
    primary: [cluster.primaries, past.mostPrimaries],
    secondary: [cluster.secondaries, past.mostSecondaries],
  };
  const running = stage.world.serversOf(graph);
  for (const pool of ['primary', 'secondary'] as const) {
    const [least = 0, most = 0] = bounds[pool];
    const made = serversIn(stage, pool);
    if (made.length < least || made.length > most)
      found.push(`${made.length} servers in the ${pool} pool, not ${least}`);
    for (const { metadata } of made) {
      const server = running.find(({ pod }) => pod.name === `${metadata.name}-0`)?.server;
      if (server === undefined) {
        found.push(`${metadata.name} does not run`);
        continue;
      }
      if (!isCommunity) found.push(...memberFindings(metadata.name, pool, server, system));
      found.push(...liveFindings(metadata.name, cluster, server));
    }
  }
  if (isCommunity) return found;
  const members = [...system.servers.values()].filter(({ state }) => state !== 'Dropped');
  const claimed = serversIn(stage, 'primary').length + serversIn(stage, 'secondary').length;
  if (members.length !== claimed) found.push(`${members.length} members, and ${claimed} claims`);
  return found;
}

function memberFindings(
  name: string,
  pool: string,
  server: SimServer,
  system: SystemState,
): readonly string[] {
  const record = system.servers.get(server.id);
  const mode = pool === 'primary' ? 'PRIMARY' : 'SECONDARY';
  const constraint = pool === 'primary' ? 'NONE' : 'SECONDARY';
  if (record?.state !== 'Enabled') return [`${name} is ${record?.state}`];
  return record.options.modeConstraint === constraint && record.systemMode === mode
    ? []
    : [`${name} is ${record.options.modeConstraint} and ${record.systemMode}`];
}

/** What servers have without a word of the user. */
const operatorDefaults: Readonly<Record<string, string>> = { 'db.logs.query.threshold': '5s' };

/** What takes no restart is so on every server; what is not asked for any more is what it would be after one. */
function liveFindings(name: string, { config, edition }: ClusterWish, server: SimServer): readonly string[] {
  if (edition === 'community') return [];
  return [...settingKeys]
    .filter(([, kind]) => kind === 'live')
    .flatMap(([key]) => {
      const set = server.dynamicSettings.get(key) ?? server.configuration.settings.get(key);
      const wanted = config[key] ?? operatorDefaults[key];
      if (wanted === undefined ? set === undefined || set === '' : set === wanted) return [];
      return [`${key} is ${set} and not ${wanted} on ${name}`];
    });
}

function objectFindings(stage: Stage, { size }: ClusterWish): readonly string[] {
  const data = [...serversIn(stage, 'primary'), ...serversIn(stage, 'secondary')];
  const names = data.map(({ metadata }) => metadata.name);
  const sets = stage.list(statefulSets, graph.namespace).filter(ours);
  const maps = stage
    .list(configMaps, graph.namespace)
    .filter(({ metadata }) => metadata.labels?.[labels.server] !== undefined);
  const running = stage.list(pods, graph.namespace).filter(ours);
  const found = [
    ...differing('StatefulSets', sets, names),
    ...differing(
      'pods',
      running,
      names.map((name) => `${name}-0`),
    ),
    ...differing('ConfigMaps', maps, mapsNamed(stage)),
  ];
  for (const claim of data) {
    const { spec } = claim as Stored & {
      readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
    };
    if (spec.resources.requests.storage !== size)
      found.push(`${claim.metadata.name} asks for ${spec.resources.requests.storage}, not ${size}`);
  }
  return found;
}

/** Those that a template or a pod names. */
function mapsNamed(stage: Stage): readonly string[] {
  const templates = stage
    .list(statefulSets, graph.namespace)
    .filter(ours)
    .map((set) => (set as Stored<Keeper>).spec.template.spec);
  const specs = stage
    .list(pods, graph.namespace)
    .filter(ours)
    .map((pod) => (pod as Stored<RunningPod>).spec);
  const named = [...templates, ...specs].flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ configMap }) => configMap?.name ?? []),
  );
  return [...new Set(named)];
}

function differing(what: string, found: readonly Stored[], wanted: readonly string[]): readonly string[] {
  const names = found.map(({ metadata }) => metadata.name).toSorted();
  return names.join() === wanted.toSorted().join()
    ? []
    : [`${what} ${names.join()} and not ${wanted.join()}`];
}

function accountFindings(
  stage: Stage,
  { edition, password }: ClusterWish,
  { users }: SystemState,
): readonly string[] {
  const own = `${graph.name}-auth`;
  const secret = stage.get(secrets, graph.namespace, password === undefined ? own : adminSecret);
  const wanted = Buffer.from(secret?.data?.['password'] ?? '', 'base64').toString();
  const operator = users.get('neo4j-operator');
  return [
    ...(wanted !== '' && users.get('neo4j')?.native?.password === wanted
      ? []
      : ['the administrator has another password']),
    ...(operator !== undefined && (edition === 'community' || operator.roles.includes('admin'))
      ? []
      : ['the operator has no account']),
  ];
}

/** Which servers run with what only a restart changes, told by field. */
function restartFindings(stage: Stage, cluster: ClusterWish): readonly string[] {
  const wanted = stage.world
    .serversOf(graph)
    .flatMap(({ pod, server }) =>
      differingFields(stage, cluster, pod.name, server).map((field) => `${pod.name.slice(0, -2)} ${field}`),
    )
    .toSorted();
  const condition = stage
    .get(clusters, graph.namespace, graph.name)
    ?.status?.conditions?.find(({ type }) => type === 'RestartRequired');
  const told = condition?.status === 'True' ? toldDifferences(condition.message) : [];
  return told.join() === wanted.join()
    ? []
    : [`RestartRequired tells of ${told.join()} and not of ${wanted.join()}`];
}

function toldDifferences(message: string): readonly string[] {
  const [facts = ''] = message.split('. ');
  return facts
    .split('; ')
    .flatMap((fact) => {
      const [servers = '', fields = ''] = fact.split(': ');
      return servers.split(', ').flatMap((server) => fields.split(', ').map((field) => `${server} ${field}`));
    })
    .toSorted();
}

function differingFields(
  stage: Stage,
  cluster: ClusterWish,
  pod: string,
  server: SimServer,
): readonly string[] {
  // Of the template: a pod that became ready on an older one, while the server was still to come, is not told of.
  const owner = stage.get(statefulSets, graph.namespace, pod.slice(0, -2)) as Stored<StatefulSet> | undefined;
  const [container] = owner?.spec.template.spec.containers ?? [];
  const isRestartKey = (kind: string): boolean => kind === 'restart' || cluster.edition === 'community';
  const isOther = (key: string): boolean => {
    const wanted =
      cluster.config[key] ?? (cluster.edition === 'community' ? operatorDefaults[key] : undefined);
    const set = server.configuration.settings.get(key);
    return wanted === undefined ? userSettings(stage).has(`${pod} ${key}`) : set !== wanted;
  };
  return [
    ...(container?.resources?.limits?.['memory'] === cluster.memory ? [] : ['spec.resources']),
    ...(server.configuration.version === cluster.tag ? [] : ['spec.image']),
    ...(container?.env?.find(({ name }) => name === 'FLAVOUR')?.value === cluster.flavour
      ? []
      : ['spec.env']),
    ...[...settingKeys]
      .filter(([key, kind]) => isRestartKey(kind) && isOther(key))
      .map(([key]) => `spec.config[${key}]`),
  ];
}

/** Servers that run with a setting that nobody would have set but the user, as `<pod> <key>`. */
function userSettings(stage: Stage): ReadonlySet<string> {
  return new Set(
    stage.world
      .serversOf(graph)
      .flatMap(({ pod, server }) =>
        [...settingKeys.keys()]
          .filter((key) => server.configuration.settings.has(key))
          .map((key) => `${pod.name} ${key}`),
      ),
  );
}

interface Keeper extends KubeObject {
  readonly spec: { readonly template: Pick<RunningPod, 'spec'> };
}

interface StatefulSet extends KubeObject {
  readonly spec: { readonly template: Pick<RunningPod, 'spec'> };
}

interface RunningPod extends KubeObject {
  readonly spec: {
    readonly volumes?: readonly { readonly configMap?: { readonly name: string } }[];
    readonly containers: readonly {
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
      readonly resources?: { readonly limits?: Readonly<Record<string, string>> };
    }[];
  };
}
