import { pass, refuse, type SafetyRule, type SafetyRules } from '@neo4j-operator/reconcile-kit';
import type { ClusterAction } from '../model/actions.ts';
import type { ClusterState } from '../model/state.ts';
import { partsBeforeNext } from './progress.ts';
import { mayStartAnew } from './stranded.ts';
import { copiesOf, defaultDatabaseOf } from './topology.ts';

type Rule = SafetyRule<ClusterAction, ClusterState>;

/** A server is added to a cluster that has formed only while all that is there is well: its copies take from the others. */
const everythingSettled: Rule = (_, state) => {
  const parts = partsBeforeNext(state);
  return parts.length === 0 ? pass : refuse(`the next server waits: ${parts.join('; ')}`);
};

/** While a copy is down or nobody leads, a change of topology could take the copy that is needed. */
const defaultDatabaseOnline: Rule = (_, state) => {
  const database = defaultDatabaseOf(state);
  if (database === undefined) return refuse('the default database cannot be seen');
  const { copies, name, requestedStatus } = database;
  if (requestedStatus !== 'online') {
    return refuse(`database ${name} is to be ${requestedStatus}: start it to have its topology changed`);
  }
  const down = copies.filter(({ status }) => status !== 'online');
  if (down.length > 0) {
    const places = down.map(
      ({ address, server, status }) => `${status} on ${address ?? server ?? 'a server'}`,
    );
    return refuse(`database ${name} is ${places.join(', ')}`);
  }
  return copies.some(({ writer }) => writer) ? pass : refuse(`database ${name} has no leader`);
};

/** Neo4j makes several primaries of one, and never one of several (operations manual, "Alter topology for a database"). */
const primariesNotToOne: Rule = (action, state) => {
  if (action.kind !== 'SetDefaultTopology' || action.primaries !== 1) return pass;
  const database = defaultDatabaseOf(state);
  const primaries = database === undefined ? 0 : copiesOf(database, 'primary');
  return primaries <= 1
    ? pass
    : refuse(
        `database ${action.database} has ${primaries} primaries and cannot go to one: set spec.topology.defaultDatabase.primaries ` +
          'to more than one, or back the database up, drop it and restore it with one primary',
      );
};

/** What has taken part may be needed by others; only who never has, or where none runs, can be restarted without asking them. */
const neverMember: Rule = (action, state) => {
  if (action.kind !== 'RestartNewcomer') return pass;
  const server = state.servers.find(({ number }) => number === action.number);
  return server !== undefined && mayStartAnew(state, server)
    ? pass
    : refuse(`the server of pod ${action.target.key} may be a member, or is about to be one`);
};

/** What actions can demand of the cluster before they run. The names are told to users. */
export const safetyRules: SafetyRules<ClusterAction, ClusterState> & Readonly<Record<RuleName, Rule>> = {
  everythingSettled,
  defaultDatabaseOnline,
  primariesNotToOne,
  neverMember,
};

/** Names of the rules. */
export type RuleName = 'everythingSettled' | 'defaultDatabaseOnline' | 'primariesNotToOne' | 'neverMember';

/** By what else a plan can hold something back, before there is an action. */
export type BlockName =
  | 'ScaleInNotAvailable'
  | 'VolumeLost'
  | 'IdentityChanged'
  | 'EditionChanged'
  | 'CannotRender'
  /** The spec grew before the cluster formed by more servers than its bootstrap count allows to meet at once. */
  | 'NotFormed';
