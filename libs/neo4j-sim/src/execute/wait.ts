import type { SimNotification, SimValue } from '../contract.ts';
import type { Language } from '../cypher/ast.ts';
import type { ServerRecord } from '../model/records.ts';
import type { SimServer } from '../model/server.ts';

type WaitState = 'CaughtUp' | 'CatchingUp' | 'NotAvailable';

/** What the statement gives after it has waited. */
export interface WaitAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SimValue[])[];
  readonly notifications: readonly SimNotification[];
}

const messages: Readonly<Record<WaitState, string>> = {
  CaughtUp: 'caught up',
  CatchingUp: 'catching up',
  NotAvailable: 'not available',
};

/** The codes follow the one that the manual shows, 03N85 for `CaughtUp`. */
const statuses: Readonly<Record<WaitState, string>> = {
  CaughtUp: '03N85',
  NotAvailable: '03N86',
  CatchingUp: '03N87',
};

/**
 * Waits until all servers have processed what is committed at an index, or the time is over: which is no word on whether it has come to
 * anything. Rows in Cypher 5, notifications in Cypher 25 (operations manual, "WAIT options").
 */
export async function waitForServers(
  server: SimServer,
  index: number,
  seconds: number,
  language: Language,
): Promise<WaitAnswer> {
  const servers = [...server.state.servers.values()].filter(({ state }) => state !== 'Dropped');
  const stateOf = (record: ServerRecord): WaitState => processed(server, record.id, index);
  await server.network.until(
    () => !server.isRunning || servers.every((record) => stateOf(record) !== 'CatchingUp'),
    seconds * 1000,
  );
  const outcomes = servers.map((record) => ({ record, state: stateOf(record) }));
  const success = outcomes.every(({ state }) => state === 'CaughtUp');
  if (language === '5') {
    return {
      columns: ['address', 'state', 'message', 'success'],
      rows: outcomes.map(({ record, state }) => [record.boltAddress, state, messages[state], success]),
      notifications: [],
    };
  }
  return {
    columns: [],
    rows: [],
    notifications: outcomes.map(({ record, state }) => ({
      code: `Neo.ClientNotification.Cluster.Server${state}`,
      gqlStatus: statuses[state],
      title: `Server ${messages[state]}.`,
      description: `Server ${record.name} at address ${record.boltAddress} is ${messages[state]}.`,
      severity: 'INFORMATION',
      category: 'TOPOLOGY',
    })),
  };
}

function processed(from: SimServer, id: string, index: number): WaitState {
  const server = from.network.reachable(from, id);
  if (server === undefined) return 'NotAvailable';
  if ((server.system?.store.commitIndex ?? 0) < index) return 'CatchingUp';
  const wanted = new Map([...server.state.databases.values()].map((record) => [record.id, record]));
  const isBusy = [...server.copies.values()].some(
    ({ id: database, status }) =>
      !wanted.has(database) ||
      status === 'initial' ||
      status === 'store copying' ||
      status === 'starting' ||
      status === 'stopping',
  );
  const isMissing = [...wanted.values()].some(
    ({ hosts, id: database }) => hosts.some((host) => host.server === id) && !server.copies.has(database),
  );
  return isBusy || isMissing ? 'CatchingUp' : 'CaughtUp';
}
