// The user of a simulation at work, and what is to be remembered of what he did.
import { clusters, databases } from '@neo4j-operator/cluster-access';
import { ServerEndpoint } from '@neo4j-operator/neo4j-sim';
import { leaderOf, Refused, type Stage } from '../../stage/src/index.ts';
import type { Edit } from './simulation-life.spec-helper.ts';
import {
  clusterYaml,
  type ClusterWish,
  databaseYaml,
  graph,
  secretYaml,
  type Wish,
} from './simulation-wish.spec-helper.ts';

/** What the end depends on beside what is wanted then. */
export interface Past {
  /** The most servers that were asked for since the volumes are. */
  mostPrimaries: number;
  mostSecondaries: number;
  /** Databases that somebody else has made, by name. */
  readonly foreign: Set<string>;
  /** Databases that objects had which are gone, by name: whether they were to be dropped. */
  readonly left: Map<string, 'Retain' | 'Drop'>;
  /** How often the volumes of the cluster were deleted with it. */
  fresh: number;
}

/** How long he waits for an object to be gone before he gives up. It may have to wait for a cluster that is down. */
const patienceMs = 15 * 60_000;

/** A user who has done nothing yet. */
export function createPast(): Past {
  return { mostPrimaries: 0, mostSecondaries: 0, foreign: new Set(), left: new Map(), fresh: 0 };
}

/** Does one thing: `from` is what was wanted before. */
export async function enact(stage: Stage, from: Wish, edit: Edit, past: Past): Promise<void> {
  if (edit.refused !== undefined) {
    await refuse(stage, edit.refused);
    return;
  }
  if (edit.foreign !== undefined) {
    await makeDatabase(stage, edit.foreign, past);
    return;
  }
  await enactWish(stage, from, edit.to, past);
}

/** Applies and deletes what differs. */
export async function enactWish(stage: Stage, from: Wish, to: Wish, past: Past): Promise<void> {
  if (to.cluster !== from.cluster) await changeCluster(stage, from.cluster, to.cluster, past);
  for (const [name, { database, policy }] of from.databases) {
    if (to.databases.has(name)) continue;
    past.left.set(database, policy);
    await stage.delete(databases, graph.namespace, name);
  }
  for (const [name, wish] of to.databases) {
    if (from.databases.get(name) === wish) continue;
    await untilGone(
      stage,
      () => stage.get(databases, graph.namespace, name)?.metadata.deletionTimestamp === undefined,
    );
    await apply(stage, databaseYaml(name, wish));
  }
}

async function changeCluster(
  stage: Stage,
  from: ClusterWish | undefined,
  to: ClusterWish | undefined,
  past: Past,
): Promise<void> {
  if (to === undefined) {
    await stage.delete(clusters, graph.namespace, graph.name);
    await untilGone(stage, () => stage.get(clusters, graph.namespace, graph.name) === undefined);
    if (from?.retention !== 'Delete') return;
    past.mostPrimaries = past.mostSecondaries = 0;
    past.foreign.clear();
    past.left.clear();
    past.fresh++;
    return;
  }
  past.mostPrimaries = Math.max(past.mostPrimaries, to.primaries);
  past.mostSecondaries = Math.max(past.mostSecondaries, to.secondaries);
  const secret = secretYaml(to);
  if (secret !== undefined) await apply(stage, secret);
  await apply(stage, clusterYaml(to));
}

/** A restart of the API server may come in between; what is applied twice is applied once. */
async function apply(stage: Stage, yaml: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await stage.apply(yaml);
      return;
    } catch (error) {
      if (error instanceof Refused || attempt === 10) throw error;
      await stage.advance(1000);
    }
  }
}

async function refuse(stage: Stage, wish: Wish): Promise<void> {
  if (wish.cluster === undefined) return;
  try {
    await stage.apply(clusterYaml(wish.cluster));
  } catch (error) {
    if (error instanceof Refused && error.status === 422) return;
    throw error;
  }
  throw new Error('the API server has accepted what it should refuse');
}

async function untilGone(stage: Stage, isGone: () => boolean): Promise<void> {
  await stage.until(isGone, patienceMs);
}

/** As somebody with a console does; if the cluster does not answer he forgets about it. */
async function makeDatabase(stage: Stage, name: string, past: Past): Promise<void> {
  const leader = leaderOf(stage.world, graph, 'system');
  if (leader?.isMember !== true || leader.state.databases.has(name)) return;
  const request = {
    user: 'neo4j',
    database: 'system',
    access: 'write',
    bookmarks: [],
    timeoutMs: 10_000,
  } as const;
  const answer = await stage.settle(
    new ServerEndpoint(leader).run(request, 'CREATE DATABASE $name IF NOT EXISTS', { name }),
  );
  if (answer.ok && answer.result.systemUpdates > 0) past.foreign.add(name);
}
