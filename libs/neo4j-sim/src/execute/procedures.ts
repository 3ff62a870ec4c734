import type { SimValue } from '../contract.ts';
import type { DbmsStatement } from '../cypher/ast.ts';
import { newDatabase } from '../model/new-database.ts';
import { isAtLeast } from '../model/version.ts';
import { allocationColumns, unknownProcedureColumn } from './columns.ts';
import { type Outcome, type StatementContext, changed, isMap, table, valueOf } from './context.ts';
import { placementFor } from './placement.ts';
import { databaseNotFound, invalid, refuse } from './refusal.ts';
import { recreationSeedOf } from './seed.ts';
import { cordon } from './servers.ts';
import { isDynamicSetting } from './settings.ts';
import { statusCheck } from './status-check.ts';

type Call = Extract<DbmsStatement, { kind: 'call' }>;

/** Procedures that are there, the first version that has them, and whether they need the Enterprise edition. */
const procedures: Readonly<Record<string, { readonly since: string; readonly isEnterprise: boolean }>> = {
  'dbms.components': { since: '5.26', isEnterprise: false },
  'dbms.setConfigValue': { since: '5.26', isEnterprise: true },
  'dbms.cluster.statusCheck': { since: '5.26', isEnterprise: true },
  'dbms.cluster.cordonServer': { since: '5.26', isEnterprise: true },
  'dbms.setDefaultAllocationNumbers': { since: '5.26', isEnterprise: true },
  'dbms.showTopologyGraphConfig': { since: '5.26', isEnterprise: true },
  'dbms.cluster.recreateDatabase': { since: '5.26', isEnterprise: true },
  'dbms.recreateDatabase': { since: '2025.04', isEnterprise: true },
};

/** Those that change the system database, and so need its leader. */
export function isWritingProcedure(name: string): boolean {
  return [
    'dbms.cluster.cordonServer',
    'dbms.setDefaultAllocationNumbers',
    'dbms.cluster.recreateDatabase',
    'dbms.recreateDatabase',
  ].includes(name);
}

/** Calls a procedure. */
export function callProcedure(context: StatementContext, call: Call): Outcome {
  const { edition, version } = context.server.configuration;
  const known = procedures[call.procedure];
  if (
    known === undefined ||
    (known.isEnterprise && edition === 'community') ||
    !isAtLeast(version, known.since)
  ) {
    throw refuse(
      'ClientError.Procedure.ProcedureNotFound',
      ['42001', '42N08'],
      `There is no procedure with the name \`${call.procedure}\` registered for this database instance.`,
    );
  }
  const values = call.arguments.map((term) => valueOf(context, term));
  switch (call.procedure) {
    case 'dbms.components':
      return components(context, call);
    case 'dbms.setConfigValue':
      return setConfigValue(context, text(values[0]), text(values[1]));
    case 'dbms.cluster.statusCheck':
      return statusCheck(context, values, call.yield);
    case 'dbms.cluster.cordonServer':
      return cordon(context, text(values[0]));
    case 'dbms.setDefaultAllocationNumbers':
      return setDefaults(context, values);
    case 'dbms.showTopologyGraphConfig':
      return showDefaults(context, call);
    default:
      return recreate(context, text(values[0]).toLowerCase(), values[1]);
  }
}

function components({ server }: StatementContext, call: Call): Outcome {
  const { edition, version } = server.configuration;
  const languages = isAtLeast(version, '2025.06') ? ['5', '25'] : undefined;
  const columns = ['name', 'versions', 'edition'];
  return table(
    columns,
    columns,
    call.yield,
    [
      { name: 'Neo4j Kernel', versions: [version], edition },
      ...(languages === undefined ? [] : [{ name: 'Cypher', versions: languages, edition: '' }]),
    ],
    unknownProcedureColumn,
  );
}

function setConfigValue({ server }: StatementContext, name: string, value: string): Outcome {
  if (!isDynamicSetting(name)) {
    throw refuse(
      'ClientError.Procedure.ProcedureCallFailed',
      ['52N02'],
      `Failed to invoke procedure \`dbms.setConfigValue\`: Caused by: java.lang.IllegalArgumentException: Setting '${name}' is not dynamic and can not be changed at runtime`,
    );
  }
  server.dynamicSettings.set(name, value);
  return changed([]);
}

function setDefaults({ state }: StatementContext, values: readonly SimValue[]): Outcome {
  const [primaries, secondaries] = values.map(whole);
  if (primaries === undefined || primaries < 1 || primaries > 11) {
    throw invalid(['22003', '51N52'], 'The number of primaries must be between 1 and 11.');
  }
  if (secondaries === undefined || secondaries < 0 || secondaries > 20) {
    throw invalid(['22003', '51N53'], 'The number of secondaries must be between 0 and 20.');
  }
  if (state.cluster === undefined) return changed([]);
  const record = { ...state.cluster, defaultPrimaries: primaries, defaultSecondaries: secondaries };
  return changed([{ kind: 'cluster', record }]);
}

function showDefaults({ state }: StatementContext, call: Call): Outcome {
  const { cluster } = state;
  if (cluster === undefined)
    return table(allocationColumns, allocationColumns, call.yield, [], unknownProcedureColumn);
  return table(
    allocationColumns,
    allocationColumns,
    call.yield,
    [
      {
        allocator: 'EQUAL_NUMBERS',
        defaultPrimariesCount: BigInt(cluster.defaultPrimaries),
        defaultSecondariesCount: BigInt(cluster.defaultSecondaries),
        defaultDatabase: cluster.defaultDatabase,
        autoEnableFreeServers: cluster.enablesFreeServers,
      },
    ],
    unknownProcedureColumn,
  );
}

/** The database is another one afterwards, under the same name (operations manual, "Recreate a database"). */
function recreate(context: StatementContext, name: string, options: SimValue | undefined): Outcome {
  const before = context.state.databases.get(name);
  if (before === undefined) throw databaseNotFound(name, 'recreate');
  if (!isMap(options)) throw invalid(['22N01'], 'Expected a MAP.');
  if (options['clearData'] !== undefined && !isAtLeast(context.server.configuration.version, '2025.02')) {
    throw invalid(['22N04'], "Unrecognised option 'clearData'.");
  }
  const seed = recreationSeedOf(context, options, name);
  const given = options['primaries'];
  const primaries = given === undefined ? before.primaries : whole(given);
  const secondaries = given === undefined ? before.secondaries : whole(options['secondaries'] ?? 0n);
  const available = before.hosts.filter(({ server }) => {
    return context.server.network.reachable(context.server, server) !== undefined;
  });
  const placed = placementFor(context, { name, hosts: available, primaries, secondaries });
  if (!placed.ok)
    throw invalid(['51N57'], `Failed to recreate the specified database '${name}': ${placed.message}`);
  const record = newDatabase(context.server.network, {
    name,
    primaries,
    secondaries,
    hosts: placed.hosts,
    language: before.language,
    access: before.access,
    options: before.options,
    store: before.store,
    seed,
  });
  return changed([{ kind: 'database', record }]);
}

function text(value: SimValue | undefined): string {
  if (typeof value === 'string') return value;
  throw invalid(['22N01'], 'Expected a STRING.');
}

function whole(value: SimValue): number {
  if (typeof value === 'bigint') return Number(value);
  throw invalid(['22N01'], 'Expected an INTEGER.');
}
