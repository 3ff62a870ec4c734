import { type DatabaseView, isSettled, onlineCopies } from '@neo4j-operator/neo4j-admin';
import { type Decision } from '../plan/decide.ts';
import { reasonOf } from '../plan/plan.ts';
import type { Reason } from '../reasons.ts';

/** What is to be said of a database: whether it is as it should be, and if not, who has to do something. */
export interface Judgement {
  readonly ready: 'True' | 'False' | 'Unknown';
  /** Whether something is under way, or has to happen by itself first. */
  readonly reconciling: boolean;
  /** Whether somebody has to change something. */
  readonly stalled: boolean;
  readonly reason: Reason;
  readonly message: string;
}

/** Judges an object that is not being deleted. */
export function judge(decision: Decision, name: string): Judgement {
  switch (decision.kind) {
    case 'stalled':
      return { ready: 'False', reconciling: false, stalled: true, ...wordsOf(decision) };
    case 'waiting':
      return {
        ready: unseen.has(decision.reason) ? 'Unknown' : 'False',
        reconciling: true,
        stalled: false,
        ...wordsOf(decision),
      };
    case 'create':
      return underWay('Creating', `the database ${name} is being made`);
    case 'own':
      return judgeOwn(decision, name);
  }
}

/** While nothing can be seen, nobody knows whether the database is well. */
const unseen: ReadonlySet<Reason> = new Set<Reason>(['ClusterNotSeen', 'ClusterUnreachable']);

function judgeOwn(
  { change, database, held, record }: Extract<Decision, { kind: 'own' }>,
  name: string,
): Judgement {
  if (record !== undefined) {
    return record === 'adopted'
      ? underWay('Adopting', `the database ${name} is being taken over`)
      : underWay('Creating', `the database ${name} is being made`);
  }
  if (change !== undefined) {
    const reason = reasonOf(change);
    return underWay(reason, `${sentences[reason]}: ${countsOf(database)}`);
  }
  if (!isSettled(database)) return unsettled(database, name);
  if (held !== undefined) {
    const { final, message, reason } = held;
    return { ready: 'False', reconciling: !final, stalled: final, reason, message };
  }
  const isOffline = database.requestedStatus === 'offline';
  return {
    ready: 'True',
    reconciling: false,
    stalled: false,
    reason: isOffline ? 'Offline' : 'Online',
    message: isOffline ? `the database ${name} is stopped` : countsOf(database),
  };
}

const sentences = {
  Starting: 'the database is being started',
  Stopping: 'the database is being stopped',
  ChangingTopology: 'copies are being made or removed',
} as const;

function unsettled(database: DatabaseView, name: string): Judgement {
  if (database.requestedStatus === 'offline') {
    return underWay('Stopping', `not every copy of the database ${name} is stopped yet`);
  }
  const complaint = database.copies.find(
    ({ status, statusMessage }) => status !== 'online' && statusMessage !== '',
  );
  const why = complaint === undefined ? '' : `; ${complaint.statusMessage}`;
  const isComplete = database.copies.every(({ status }) => status === 'online') && hasCounts(database);
  return isComplete
    ? underWay('NoWriter', `no copy of the database ${name} takes writes; ${countsOf(database)}`)
    : underWay('CopiesMissing', countsOf(database) + why);
}

function hasCounts(database: DatabaseView): boolean {
  const { requested } = database;
  if (requested === undefined) return true;
  return (
    onlineCopies(database, 'primary') === requested.primaries &&
    onlineCopies(database, 'secondary') === requested.secondaries
  );
}

function countsOf(database: DatabaseView): string {
  const { primaries, secondaries } = database.requested ?? { primaries: 1, secondaries: 0 };
  const online = `${onlineCopies(database, 'primary')} of ${primaries} ${primaries === 1 ? 'primary' : 'primaries'}`;
  if (secondaries === 0) return `${online} online`;
  const others = `${onlineCopies(database, 'secondary')} of ${secondaries} ${secondaries === 1 ? 'secondary' : 'secondaries'}`;
  return `${online} and ${others} online`;
}

function underWay(reason: Reason, message: string): Judgement {
  return { ready: 'False', reconciling: true, stalled: false, reason, message };
}

function wordsOf({ message, reason }: { readonly reason: Reason; readonly message: string }): {
  readonly reason: Reason;
  readonly message: string;
} {
  return { reason, message };
}
