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

/**
 * The few statuses that 5.26 gives, by code; errors have real ones since 2025.04, when their messages stopped being a part of the
 * interface (Status Codes manual, changelog).
 */
const earlyStatuses: ReadonlyMap<string, readonly string[]> = new Map([
  ['Neo.ClientError.Security.Unauthorized', ['42NFF']],
  ['Neo.ClientError.Security.CredentialsExpired', ['42NFF']],
  ['Neo.ClientError.Database.DatabaseNotFound', ['22000']],
  ['Neo.ClientError.Procedure.ProcedureNotFound', ['42001']],
  ['Neo.ClientError.Statement.ArgumentError', ['22N05', '22000']],
  ['Neo.ClientError.Statement.SyntaxError', ['22003']],
]);

/** What every diagnostic record holds (GQL standard). */
const diagnosticRecord = { OPERATION: '', OPERATION_CODE: '0', CURRENT_SCHEMA: '/' };

/** The metadata of FAILURE: code and message up to Bolt 5.6, a chain of GQLSTATUS objects from 5.7 on. */
export function failureMetadata({ version, serverVersion }: Dialect, failure: SimFailure): SimMap {
  if (!speaks(version, 5, 7)) return { code: failure.code, message: failure.message };
  const hasStatus =
    isAtLeast(serverVersion, 2025, 4) ||
    (earlyStatuses.get(failure.code)?.includes(failure.gqlStatus) ?? false);
  const shown = hasStatus ? failure : withoutStatus(failure);
  return { ...gqlError(shown), neo4j_code: failure.code };
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
        { role: 'ROUTE', addresses: table.routers },
        { role: 'READ', addresses: table.readers },
        { role: 'WRITE', addresses: table.writers },
      ],
    },
  };
}

function withoutStatus({ code, message }: SimFailure): SimFailure {
  return { code, message, gqlStatus: unknownStatus };
}

function gqlError(failure: SimFailure): SimMap {
  return {
    gql_status: failure.gqlStatus,
    message: failure.message,
    description: `error: ${failure.message}`,
    diagnostic_record: { ...diagnosticRecord, _classification: classificationOf(failure.code) },
    ...(failure.cause === undefined ? {} : { cause: gqlError(failure.cause) }),
  };
}

function classificationOf(code: string): string {
  if (code.startsWith('Neo.ClientError.')) return 'CLIENT_ERROR';
  return code.startsWith('Neo.TransientError.') ? 'TRANSIENT_ERROR' : 'DATABASE_ERROR';
}

/** Counters that are 0 are not sent. */
function statsOf(result: SimResult): SimMap {
  const updates = result.nodesCreated > 0 || result.propertiesSet > 0;
  return {
    ...(updates ? { 'contains-updates': true } : {}),
    ...(result.nodesCreated > 0 ? { 'nodes-created': BigInt(result.nodesCreated) } : {}),
    ...(result.propertiesSet > 0 ? { 'properties-set': BigInt(result.propertiesSet) } : {}),
    ...(result.systemUpdates > 0
      ? { 'contains-system-updates': true, 'system-updates': BigInt(result.systemUpdates) }
      : {}),
  };
}

/** How the statement as a whole went, which comes first among the statuses. */
function outcomeStatus({ columns, rows }: SimResult): SimValue {
  if (columns.length === 0) {
    return {
      gql_status: '00001',
      status_description: 'note: successful completion - omitted result',
      diagnostic_record: diagnosticRecord,
    };
  }
  return rows.length === 0
    ? { gql_status: '02000', status_description: 'note: no data', diagnostic_record: diagnosticRecord }
    : {
        gql_status: '00000',
        status_description: 'note: successful completion',
        diagnostic_record: diagnosticRecord,
      };
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
    diagnostic_record: {
      ...diagnosticRecord,
      _severity: remark.severity,
      _classification: remark.category,
    },
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
