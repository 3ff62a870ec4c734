// A life as one reads it.
import { clusters, databases } from '@neo4j-operator/cluster-access';
import {
  describeWrite,
  isEvent,
  isLease,
  leaderOf,
  type PodServer,
  type Stage,
} from '../../stage/src/index.ts';
import { graph } from './simulation-wish.spec-helper.ts';

/** What is shown of a life while it is lived. */
export type Trace = (line: string) => void;

/** Tells what objects say and what the operator does. */
export function followObjects(stage: Stage, tell: Trace): void {
  stage.ledger.onEffect((write) => {
    if (isLease(write) || isEvent(write) || (write.kind === 'kube' && write.path.endsWith('/status'))) return;
    tell(`  ${describeWrite(write)}`);
  });
  let before = '';
  let isNews = true;
  stage.sim.onChange(({ resource }) => {
    isNews ||= resource.plural === clusters.plural || resource.plural === databases.plural;
  });
  stage.onStep(() => {
    if (!isNews) return;
    isNews = false;
    const said = [...stage.list(clusters), ...stage.list(databases)]
      .map(({ metadata, status }) => {
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        return `${metadata.name} ${ready?.status ?? '-'}/${ready?.reason ?? '-'}`;
      })
      .join(', ');
    if (said === before) return;
    before = said;
    const leader =
      leaderOf(stage.world, graph, 'system')?.configuration.boltAddress.split('.')[0] ?? 'nobody';
    tell(`  ${said} (${leader} leads system)`);
  });
}

/** What went wrong, the line that has it happen again, and how things were. */
export function describeFailure(stage: Stage, error: unknown, lines: readonly string[]): string {
  const { log, operator, seed, world } = stage;
  return [
    `SIMULATION_SEED=${seed} npm test -- operator-thread simulation`,
    error instanceof Error ? error.message : String(error),
    `the operator: ${operator?.state ?? 'none'}`,
    'what went before:',
    ...lines.slice(-30),
    'the servers:',
    ...world.serversOf(graph).map(describeServer),
    ...log.slice(-5).map((line) => line.trim().slice(0, 600)),
  ].join('\n');
}

function describeServer({ pod, server }: PodServer): string {
  const { configuration, copies, id, state, system } = server;
  const hosted = [...copies.values()].map(
    ({ name, raft, status }) => `${name} ${status}${raft?.isLeader === true ? ' leads' : ''}`,
  );
  return [
    `  ${pod.name} ${id.slice(0, 8)} ${state.servers.get(id)?.state ?? 'no member'}`,
    `system ${configuration.systemMode} of ${system?.members.length ?? 0}${system?.isLeader === true ? ' leads' : ''}`,
    ...hosted,
  ].join(', ');
}
