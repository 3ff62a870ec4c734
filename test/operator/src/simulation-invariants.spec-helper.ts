// What must hold in every simulation, beside what must on every stage.
import { annotations, clusters, databases, labels } from '@neo4j-operator/cluster-access';
import type { Stored } from '@neo4j-operator/reconcile-kit';
import { leaderOf, type Stage } from '../../stage/src/index.ts';
import { graph } from './simulation-wish.spec-helper.ts';
import { claims } from './thread.spec-helper.ts';

/** The invariants of a simulation. */
export interface SimulationInvariants {
  /** @throws Error that names all that did not hold */
  check(): void;
  /** Writes something down in a database, to see later whether it is still there. */
  note(): Promise<void>;
  /** @throws Error if something that was written down is not there any more */
  checkNotes(): Promise<void>;
}

/** Watches a stage. */
export function watchSimulation(stage: Stage, tell: (line: string) => void): SimulationInvariants {
  const violations: string[] = [];
  const report = (line: string): void => {
    violations.push(line);
    tell(`VIOLATION ${line}`);
  };
  watchServers(stage, report);
  watchOperation(stage, report);
  const notes: { readonly id: string; readonly name: string; readonly database: string }[] = [];
  return {
    check: () => {
      // A pod of a cluster that was deleted may still be going when the one of the new cluster is to be made.
      const forbidden = stage
        .requestsOf(stage.operatorUser)
        .filter(({ upstreamStatus }) => upstreamStatus === 403);
      violations.push(...forbidden.map(({ method, path }) => `the roles do not allow ${method} ${path}`));
      const atFault = stage.controllerErrors.filter((error) => !String(error).includes('already exists'));
      violations.push(...atFault.map((error) => `the model is at fault: ${String(error)}`));
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
    note: async () => {
      const system = leaderOf(stage.world, graph, 'system')?.state;
      for (const { id: database, name } of system?.databases.values() ?? []) {
        if (name === 'system') continue;
        const id = `note ${notes.length}`;
        if (await stage.probes(graph, name).write(id)) notes.push({ id, name, database });
      }
    },
    checkNotes: async () => {
      const system = leaderOf(stage.world, graph, 'system')?.state;
      const lost: string[] = [];
      for (const { database, id, name } of notes) {
        if (system?.databases.get(name)?.id !== database) continue;
        if ((await stage.probes(graph, name).read(id)) === false) lost.push(`${id} is gone from ${name}`);
      }
      if (lost.length > 0) throw new Error(lost.join('\n'));
    },
  };
}

/** A server is added only when the one before it is a member: its id is on its claim. */
function watchServers(stage: Stage, report: (line: string) => void): void {
  stage.ledger.onEffect((write) => {
    if (write.kind !== 'kube' || write.method !== 'POST' || !write.path.endsWith('/persistentvolumeclaims'))
      return;
    const data = stage.list(claims, graph.namespace).filter(isInUse);
    const open = data.filter(({ metadata }) => metadata.annotations?.[annotations.serverId] === undefined);
    if (open.length === data.length || open.length < 2) return;
    report(
      `servers are added before others have joined: ${open.map(({ metadata }) => metadata.name).join()}`,
    );
  });
}

/** Those of an earlier cluster of the name may still be going. */
function isInUse({ metadata }: Stored): boolean {
  return metadata.labels?.[labels.role] === 'data' && metadata.deletionTimestamp === undefined;
}

/** One operation at a time: one that is told ends before another begins. */
function watchOperation(stage: Stage, report: (line: string) => void): void {
  let before: string | undefined;
  stage.sim.onChange(({ object, resource, type }) => {
    if (resource.plural === databases.plural || resource.plural !== clusters.plural) return;
    const { status } = object() as { readonly status?: { readonly operation?: { readonly id: string } } };
    const id = type === 'DELETED' ? undefined : status?.operation?.id;
    if (before !== undefined && id !== undefined && id !== before)
      report(`operation ${id} begins before ${before} has ended`);
    before = id;
  });
}
