import type { ClusterState, ServerState } from '../model/state.ts';
import { strangersAt } from '../plan/members.ts';
import { meetingGraceMs } from './grace.ts';
import { runningSince, type Times } from './pod-trouble.ts';
import type { Reason } from './reasons.ts';
import type { Trouble } from './trouble.ts';

/** What keeps a server whose process runs from being an enabled and available member of a cluster that can be seen. */
export function memberTrouble(state: ClusterState, server: ServerState, times: Times): Trouble | undefined {
  const [stranger] = strangersAt(state, server);
  if (stranger !== undefined) {
    return trouble(
      server,
      'IdentityChanged',
      true,
      `server ${stranger} answers, and claim ${server.name} belongs to ${server.recordedId ?? ''}`,
      `put the volume of ${server.recordedId ?? ''} back under claim ${server.name}`,
    );
  }
  const { row } = server;
  const hasHadTime = isOver(server, times);
  if (row === undefined) {
    return trouble(
      server,
      'ServerNotJoined',
      hasHadTime,
      `runs and is not known to the cluster${lookedFor(server)}`,
      'check that it reaches these servers on port 6000 and that their names resolve',
    );
  }
  switch (row.state) {
    case 'Free':
      return trouble(
        server,
        'ServerNotEnabled',
        hasHadTime,
        'has joined and is not enabled yet',
        'the condition Reconciling says what holds it back',
      );
    case 'Enabled':
      return row.health === 'Available'
        ? undefined
        : trouble(
            server,
            'ServerUnavailable',
            hasHadTime,
            'runs and the cluster does not reach it',
            'read its log, and check that the pods reach each other on ports 6000 and 7000',
          );
    case 'Cordoned':
    case 'Deallocating':
    case 'Deallocated':
      return trouble(
        server,
        'ServerWithdrawn',
        true,
        `somebody has made it ${row.state} (server ${row.id})`,
        `run ENABLE SERVER '${row.id}' to use it again`,
      );
    case 'Dropped':
      return trouble(
        server,
        'ServerDropped',
        true,
        'somebody has dropped it from the cluster, and it cannot come back with its volume',
        'ask for one server more if it is to be replaced',
      );
    case 'unknown':
      return trouble(
        server,
        'ServerUnavailable',
        hasHadTime,
        'the cluster gives a state for it that is not known',
        'look at SHOW SERVERS',
      );
    default:
      return row.state satisfies never;
  }
}

const endpointSettings = ['dbms.cluster.endpoints', 'dbms.cluster.discovery.v2.endpoints'] as const;

/** Whom a server looks for, and the setting that says so. */
export function lookedFor(server: ServerState): string {
  const settings = server.podSettings ?? server.templateSettings;
  for (const name of endpointSettings) {
    const endpoints = settings?.get(name)?.at(-1);
    if (endpoints !== undefined) return `, looking for ${endpoints.split(',').join(', ')} (${name})`;
  }
  return '';
}

/** Whether a server has run so long that it should be among the others. */
export function isOver(server: ServerState, { now, notReadySince }: Times): boolean {
  return now - Math.max(notReadySince, runningSince(server) ?? notReadySince) > meetingGraceMs;
}

function trouble(
  server: ServerState,
  reason: Reason,
  isLasting: boolean,
  what: string,
  remedy: string,
): Trouble {
  return { reason, isLasting, servers: [server.name], what, remedy };
}
