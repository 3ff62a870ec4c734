import type { BoltResult, Row } from '../connection/bolt-connector.ts';
import { columns } from './columns.ts';
import { known } from './known.ts';

/** What the server is. */
export interface Components {
  /** As the server spells it: `5.26.30`, `2026.08.1`. */
  readonly version: string;
  readonly edition: 'enterprise' | 'community' | 'unknown';
}

/**
 * Reads `showComponents`. Newer servers add rows for the languages that they speak.
 *
 * @throws Neo4jError `MalformedAnswer`, also if there is no row for the kernel
 */
export function readComponents(rows: readonly Row[]): Components {
  const kernel = rows.find((row) => row['name'] === 'Neo4j Kernel') ?? {};
  const component = columns('dbms.components()', kernel);
  component.requiredText('name');
  const versions = component.texts('versions') ?? [];
  return {
    version: columns('dbms.components()', { versions: versions[0] ?? null }).requiredText('versions'),
    edition: known(['enterprise', 'community'] as const, component.text('edition')),
  };
}

/** A setting of one server. */
export interface SettingView {
  readonly name: string;
  readonly value: string;
  readonly isDynamic: boolean;
  readonly defaultValue: string;
  /** Whether the configuration names it, as far as the server tells. */
  readonly isExplicitlySet: boolean | undefined;
}

/**
 * Reads `showSettings`.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readSettings(rows: readonly Row[]): readonly SettingView[] {
  return rows.map((row) => {
    const setting = columns('SHOW SETTINGS', row);
    return {
      name: setting.requiredText('name'),
      value: setting.text('value') ?? '',
      isDynamic: setting.flag('isDynamic') ?? false,
      defaultValue: setting.text('defaultValue') ?? '',
      isExplicitlySet: setting.flag('isExplicitlySet'),
    };
  });
}

/** A transaction that is open on one server. */
export interface TransactionView {
  readonly id: string;
  readonly database: string;
  readonly username: string;
  /** The statement that runs now; empty between statements. */
  readonly currentQuery: string;
  readonly status: string;
  readonly startTime: Date | undefined;
  /** ISO 8601. */
  readonly elapsedTime: string;
}

/**
 * Reads `showTransactions`.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readTransactions(rows: readonly Row[]): readonly TransactionView[] {
  return rows.map((row) => {
    const transaction = columns('SHOW TRANSACTIONS', row);
    return {
      id: transaction.requiredText('transactionId'),
      database: transaction.requiredText('database'),
      username: transaction.text('username') ?? '',
      currentQuery: transaction.text('currentQuery') ?? '',
      status: transaction.text('status') ?? '',
      startTime: transaction.time('startTime'),
      elapsedTime: transaction.text('elapsedTime') ?? '',
    };
  });
}

/** How many copies a database gets whose creation does not say. */
export interface DefaultAllocation {
  readonly primaries: number | undefined;
  readonly secondaries: number | undefined;
  readonly defaultDatabase: string | undefined;
  readonly enablesFreeServers: boolean | undefined;
}

/**
 * Reads `showDefaultAllocation`.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readDefaultAllocation(rows: readonly Row[]): DefaultAllocation {
  const allocation = columns('dbms.showTopologyGraphConfig()', rows[0] ?? {});
  return {
    primaries: allocation.whole('defaultPrimariesCount'),
    secondaries: allocation.whole('defaultSecondariesCount'),
    defaultDatabase: allocation.text('defaultDatabase'),
    enablesFreeServers: allocation.flag('autoEnableFreeServers'),
  };
}

/** What a statement with WAIT says of one server. */
export interface WaitOutcome {
  readonly state: 'CaughtUp' | 'CatchingUp' | 'Failed' | 'NotAvailable' | 'unknown';
  readonly message: string;
}

const waitNotifications: Readonly<Record<string, WaitOutcome['state']>> = {
  'Neo.ClientNotification.Cluster.ServerCaughtUp': 'CaughtUp',
  'Neo.ClientNotification.Cluster.ServerCatchingUp': 'CatchingUp',
  'Neo.ClientNotification.Cluster.ServerFailed': 'Failed',
  'Neo.ClientNotification.Cluster.ServerNotAvailable': 'NotAvailable',
};

/**
 * Reads what a statement with WAIT has given: rows in Cypher 5, notifications in Cypher 25. Even `CaughtUp` everywhere does not mean
 * that the statement's purpose was reached: read the state afterwards.
 *
 * @throws Neo4jError `MalformedAnswer`
 */
export function readWait(result: BoltResult): readonly WaitOutcome[] {
  const fromRows = result.rows.map((row) => {
    const outcome = columns('WAIT', row);
    return {
      state: known(['CaughtUp', 'CatchingUp', 'Failed', 'NotAvailable'] as const, outcome.text('state')),
      message: outcome.text('message') ?? '',
    };
  });
  const fromNotifications = result.notifications.flatMap(({ code, description }) => {
    const state = waitNotifications[code];
    return state === undefined ? [] : [{ state, message: description }];
  });
  return [...fromRows, ...fromNotifications];
}
