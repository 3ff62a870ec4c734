import type { SimValue } from '../contract.ts';
import type { DbmsStatement } from '../cypher/ast.ts';
import { settingColumns, terminationColumns, transactionColumns } from './columns.ts';
import { type Outcome, type StatementContext, rowsOf, table, textListOf, valueOf } from './context.ts';
import { callProcedure } from './procedures.ts';
import { settingsOf } from './settings.ts';

/** Carries out a statement on the server itself. */
export function executeDbmsStatement(context: StatementContext, statement: DbmsStatement): Outcome {
  switch (statement.kind) {
    case 'call':
      return callProcedure(context, statement);
    case 'show-settings': {
      const only = statement.names.flatMap((term) => namesOf(valueOf(context, term)));
      const rows = settingsOf(context.server)
        .filter(({ name }) => only.length === 0 || only.includes(name))
        .map((setting) => ({ ...setting }));
      return table(settingColumns.all, settingColumns.byDefault, statement.yield, rows);
    }
    case 'show-transactions': {
      const { all, byDefault } = transactionColumns(context.language);
      return table(all, byDefault, statement.yield, transactionRows(context));
    }
    case 'terminate-transactions': {
      const ids = statement.ids.flatMap((term) => namesOf(valueOf(context, term)));
      return rowsOf(
        terminationColumns,
        ids.map((id) => terminate(context, id)),
      );
    }
  }
}

function namesOf(value: SimValue): readonly string[] {
  return typeof value === 'string' ? [value] : textListOf(value, 'names');
}

function transactionRows({
  language,
  server,
  user,
}: StatementContext): readonly Readonly<Record<string, SimValue>>[] {
  const now = server.network.clock.now();
  return server.transactions.open
    .filter((transaction) => isVisible(user, transaction.user))
    .map((transaction) => {
      const startedAt = new Date(transaction.startedAt);
      // Only Cypher 25 has times as times.
      const startTime = language === '25' ? startedAt : startedAt.toISOString();
      return {
        database: transaction.database,
        transactionId: transaction.id,
        username: transaction.user,
        currentQuery: transaction.currentQuery,
        startTime,
        currentQueryStartTime: startTime,
        planner: 'administration',
        runtime: 'system',
        protocol: 'bolt',
        requestUri: server.configuration.boltAddress,
        status: transaction.isTerminated ? 'Terminated' : 'Running',
        currentQueryStatus: 'running',
        statusDetails: '',
        resourceInformation: {},
        activeLockCount: 0n,
        currentQueryActiveLockCount: 0n,
        allocatedDirectBytes: 0n,
        estimatedUsedHeapMemory: 0n,
        pageHits: 0n,
        pageFaults: 0n,
        currentQueryPageHits: 0n,
        currentQueryPageFaults: 0n,
        initializationStackTrace: '',
        currentQueryProgress: {},
        elapsedTime: `PT${((now - transaction.startedAt) / 1000).toFixed(3)}S`,
        metaData: {},
        parameters: {},
        indexes: [],
        outerTransactionId: '',
      };
    });
}

function terminate({ server, user }: StatementContext, id: string): readonly SimValue[] {
  const transaction = server.transactions.find(id);
  if (transaction === undefined || !isVisible(user, transaction.user)) {
    return [id, null, 'Transaction not found.'];
  }
  transaction.isTerminated = true;
  return [id, transaction.user, 'Transaction terminated.'];
}

/** Without the right to see all of them everybody sees their own. */
function isVisible(user: StatementContext['user'], owner: string): boolean {
  return user === undefined || user.roles.includes('admin') || user.name === owner;
}
