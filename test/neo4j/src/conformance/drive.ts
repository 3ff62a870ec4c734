// What the official driver, as it is, makes of a server.
import neo4j, { type Config, type Driver, Neo4jError, type Session, type SessionConfig } from 'neo4j-driver';
import type { ServerUnderTest } from '../harness.ts';
import type { Step } from './interaction.ts';

type Result = Awaited<ReturnType<Session['run']>>;

/** The driver declares its options as a class, though it takes plain objects. */
type Options = { [K in keyof Config]: Config[K] };

const options: Options = {
  encrypted: 'ENCRYPTION_OFF',
  maxTransactionRetryTime: 0,
  connectionTimeout: 10_000,
  useBigInt: true,
};

/** Runs one statement in a managed transaction, and says what the driver reports of it. */
export async function drive(
  server: ServerUnderTest,
  { scheme, login, database, text, parameters = {} }: Extract<Step, { type: 'drive' }>,
): Promise<readonly string[]> {
  const { username, password } = login ?? server.credentials;
  const uri = `${scheme}://${server.boltAddress}`;
  const driver: Driver = neo4j.driver(uri, neo4j.auth.basic(username, password), options);
  try {
    const info = await driver.getServerInfo({ database });
    const result = await inTransaction(driver, database, text, parameters);
    return [`driver: ${info.agent ?? '?'}, Bolt ${String(info.protocolVersion)}`, ...report(result)];
  } catch (error) {
    if (!(error instanceof Neo4jError)) throw error;
    return [`driver: ${error.code}, ${error.gqlStatus}, ${error.retryable ? '' : 'not '}retryable`];
  } finally {
    await driver.close();
  }
}

async function inTransaction(
  driver: Driver,
  database: string,
  text: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Result> {
  const config: { readonly [K in keyof SessionConfig]: SessionConfig[K] } = { database };
  const session = driver.session(config);
  try {
    return await session.executeWrite((transaction) => transaction.run(text, parameters));
  } finally {
    await session.close();
  }
}

function report({ records, summary }: Result): readonly string[] {
  const counters = Object.entries(summary.counters.updates()).filter(([, count]) => count > 0);
  const rows = records.map((record) => JSON.stringify(record.toObject(), textOfIntegers));
  return [
    ...rows,
    `type ${summary.queryType}, database ${String(summary.database.name)}`,
    `changes ${JSON.stringify(Object.fromEntries(counters))}, system ${summary.counters.systemUpdates()}`,
    `statuses ${summary.gqlStatusObjects.map(({ gqlStatus }) => gqlStatus).join(', ')}`,
  ];
}

function textOfIntegers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
