import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { type Outcome, setConditions, type StatusFields, type Stored } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ContainerStatus, Pod } from '../model/resources.ts';
import type { ClusterState } from '../model/state.ts';
import { ports, type World } from '../plan/state.spec-helper.ts';
import { status } from './status.ts';

/** What a spec changes about what a world shows. */
export interface Look {
  readonly state?: Partial<ClusterState>;
  readonly outcome?: Partial<Outcome<ClusterAction>>;
  readonly ports?: typeof ports;
}

/** When the worlds of specs begin, in epoch milliseconds. */
export const beginning = Date.parse('2026-01-01T00:00:00Z');

/** One pass that only looks: its status, which the object has from then on, at a time in milliseconds since the beginning. */
export function look(
  world: World,
  atMs = 0,
  { state, outcome, ports: others = ports }: Look = {},
): StatusFields {
  const seen: ClusterState = {
    ...world.state(),
    now: beginning + atMs,
    newId: `operation-${atMs}`,
    ...state,
  };
  const fields = status(
    world.object,
    seen,
    { plan: { actions: [] }, executed: [], blocked: [], error: undefined, ...outcome },
    others,
  );
  world.object = withStatus(world.object, fields, seen.now);
  return fields;
}

/** The condition of a type as `status reason: message`. */
export function told({ conditions = [] }: StatusFields, type: string): string {
  const found = conditions.find((condition) => condition.type === type);
  return found === undefined ? 'absent' : `${found.status} ${found.reason}: ${found.message}`;
}

/** Has the container of the server with this name be in another state. */
export function withContainer(world: World, server: string, change: Partial<ContainerStatus>): void {
  changePod(world, server, ({ status: before, ...pod }) => ({
    ...pod,
    status: {
      ...before,
      conditions: [],
      containerStatuses: [{ name: 'neo4j', ready: false, restartCount: 0, ...change }],
    },
  }));
}

/** Has the pod of the server with this name be on no node. */
export function unplaced(world: World, server: string, message?: string): void {
  changePod(world, server, (pod) => {
    const conditions =
      message === undefined
        ? []
        : [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    return { ...pod, status: { phase: 'Pending', conditions } };
  });
}

function changePod(world: World, server: string, change: (pod: Stored<Pod>) => Pod): void {
  const pod = world.pods.get(`${server}-0`);
  if (pod === undefined) throw new Error(`there is no pod of ${server}`);
  world.pods.put(change(pod));
}

function withStatus(object: Stored<ClusterObject>, fields: StatusFields, now: number): Stored<ClusterObject> {
  const conditions = setConditions(object.status?.conditions, fields.conditions ?? [], {
    now,
    observedGeneration: object.metadata.generation ?? 0,
  });
  return { ...object, status: { ...fields, conditions } };
}
