import type { SimFailure, SimNotification, SimResult, SimRoutingTable, SimValue } from '../contract.ts';
import type { SimMap } from './requests.ts';
import { type BoltVersion, isAtLeast, speaks } from './versions.ts';

/** What decides the shape of an answer. */
export interface Dialect {
  readonly version: BoltVersion;
  /** `5.26.30` */
  readonly serverVersion: string;
}

/** General processing exception, unexpected error: what a server says that has no better status for an error. */
const unknownStatus = '50N42';

/** These tell so little that nothing is known of the kind of failure either; of the last one 5.26 did not know it. */
const unclassified: readonly string[] = [unknownStatus, '50N00'];
const earlyUnclassified: readonly string[] = [...unclassified, '22G03'];

/**
 * The few statuses that 5.26 gives, by the last one of the chain; errors have real ones since 2025.04, when their messages stopped being
 * a part of the interface (Status Codes manual, changelog). As 5.26.30 sends them.
 */
const earlyStatuses: ReadonlySet<string> = new Set([
  '08N12',
  '22N03',
  '22N10',
  '22N27',
  '22N85',
  '22N89',
  '25N01',
  '42N08',
  '42N17',
  '42N45',
  '42N97',
  '42N99',
  '42NFD',
  '50N09',
  '51N52',
]);

/** The metadata of FAILURE: code and message up to Bolt 5.6, a chain of GQLSTATUS objects from 5.7 on. */
export function failureMetadata({ version, serverVersion }: Dialect, failure: SimFailure): SimMap {
  if (!speaks(version, 5, 7)) return { code: failure.code, message: failure.message };
  const vague = isAtLeast(serverVersion, 2025, 4) ? unclassified : earlyUnclassified;
  return { ...gqlError(shownFailure(serverVersion, failure), vague), neo4j_code: failure.code };
}

/** A failure with the statuses that a server of this version gives it. */
export function shownFailure(serverVersion: string, failure: SimFailure): SimFailure {
  const hasStatus = isAtLeast(serverVersion, 2025, 4) || earlyStatuses.has(lastStatusOf(failure));
  return hasStatus ? failure : withoutStatus(failure);
}

/** The metadata at the end of a stream that has been read or thrown away whole. */
export function summaryMetadata(
  { version }: Dialect,
  result: SimResult,
  elapsedMs: number,
  isOwnTransaction: boolean,
): SimMap {
  const stats = statsOf(result);
  return {
    type: result.type,
    t_last: BigInt(elapsedMs),
    db: result.database,
    ...(isOwnTransaction ? { bookmark: result.bookmark } : {}),
    ...(Object.keys(stats).length > 0 ? { stats } : {}),
    ...(speaks(version, 5, 6)
      ? { statuses: [outcomeStatus(result), ...result.notifications.map(status)] }
      : result.notifications.length > 0
        ? { notifications: result.notifications.map((each) => notification(version, each)) }
        : {}),
  };
}

/** The metadata of the answer to ROUTE. */
export function routingMetadata(table: SimRoutingTable): SimMap {
  return {
    rt: {
      ttl: BigInt(table.ttlSeconds),
      db: table.database,
      servers: [
        { role: 'WRITE', addresses: table.writers },
        { role: 'READ', addresses: table.readers },
        { role: 'ROUTE', addresses: table.routers },
      ],
    },
  };
}

function lastStatusOf({ gqlStatus, cause }: SimFailure): string {
  return cause === undefined ? gqlStatus : lastStatusOf(cause);
}

function withoutStatus({ code, message }: SimFailure): SimFailure {
  return { code, message, gqlStatus: unknownStatus };
}

function gqlError(failure: SimFailure, vague: readonly string[]): SimMap {
  return {
    gql_status: failure.gqlStatus,
    message: failure.message,
    description: `error: ${failure.message}`,
    // What is as the GQL standard has it by default is not sent.
    ...(vague.includes(failure.gqlStatus)
      ? {}
      : { diagnostic_record: { _classification: classificationOf(failure) } }),
    ...(failure.cause === undefined ? {} : { cause: gqlError(failure.cause, vague) }),
  };
}

/** That the edition lacks something is never a fault of the server, whatever the code says. */
function classificationOf({ code, gqlStatus }: SimFailure): string {
  if (code.startsWith('Neo.ClientError.') || gqlStatus === '51N27') return 'CLIENT_ERROR';
  return code.startsWith('Neo.TransientError.') ? 'TRANSIENT_ERROR' : 'DATABASE_ERROR';
}

/** Counters that are 0 are not sent. */
function statsOf(result: SimResult): SimMap {
  const updates = result.nodesCreated > 0 || result.propertiesSet > 0;
  return {
    ...(updates ? { 'contains-updates': true } : {}),
    // All nodes of a simulated server have one label.
    ...(result.nodesCreated > 0
      ? { 'nodes-created': BigInt(result.nodesCreated), 'labels-added': BigInt(result.nodesCreated) }
      : {}),
    ...(result.propertiesSet > 0 ? { 'properties-set': BigInt(result.propertiesSet) } : {}),
    ...(result.systemUpdates > 0
      ? { 'contains-system-updates': true, 'system-updates': BigInt(result.systemUpdates) }
      : {}),
  };
}

/** How the statement as a whole went, which comes first among the statuses. That there are no rows only data is told of. */
function outcomeStatus({ columns, rows, type }: SimResult): SimValue {
  if (columns.length === 0) {
    return { gql_status: '00001', status_description: 'note: successful completion - omitted result' };
  }
  return rows.length === 0 && type !== 's'
    ? { gql_status: '02000', status_description: 'note: no data' }
    : { gql_status: '00000', status_description: 'note: successful completion' };
}

/** A notification from Bolt 5.6 on. */
function status(remark: SimNotification): SimValue {
  const kind = remark.severity === 'WARNING' ? 'warn' : 'info';
  return {
    gql_status: remark.gqlStatus,
    status_description: `${kind}: ${remark.description}`,
    neo4j_code: remark.code,
    title: remark.title,
    description: remark.description,
    diagnostic_record: { _severity: remark.severity, _classification: remark.category },
  };
}

/** A notification up to Bolt 5.4; the category came with 5.2. */
function notification(version: BoltVersion, remark: SimNotification): SimValue {
  return {
    code: remark.code,
    title: remark.title,
    description: remark.description,
    severity: remark.severity,
    ...(speaks(version, 5, 2) ? { category: remark.category } : {}),
  };
}
