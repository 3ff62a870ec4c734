// When a server can be used: not when its port opens, but when its databases answer.
import { Neo4jError } from 'neo4j-driver';
import { type Clock, sleep } from '@neo4j-operator/clock';
import { type OpenDriver, newSession, openDriver } from './driver.ts';
import type { ServerUnderTest } from './harness.ts';

/** What the server says of itself. */
export type Identification = Pick<ServerUnderTest, 'version' | 'edition'>;

const pollEveryMs = 100;

/**
 * Waits until the databases `system` and `neo4j` answer queries.
 *
 * @param ended - gives, once the server has ended, how
 * @throws Error if the server ends, or does not answer in time; with the last error as its cause
 */
export async function untilReady(
  server: Pick<ServerUnderTest, 'boltAddress' | 'credentials' | 'authorities'>,
  clock: Clock,
  deadlineMs: number,
  ended: () => string | undefined,
): Promise<Identification> {
  const connection = openDriver(server);
  const deadline = clock.monotonic() + deadlineMs;
  let cause: unknown;
  try {
    while (ended() === undefined && clock.monotonic() < deadline) {
      try {
        await query(connection, 'system', 'SHOW DATABASES YIELD name');
        return await identify(connection);
      } catch (error) {
        if (!(error instanceof Neo4jError)) throw error;
        cause = error;
      }
      await sleep(clock, pollEveryMs);
    }
  } finally {
    await connection.close();
  }
  const why = ended();
  throw new Error(why === undefined ? `no answer within ${deadlineMs} ms` : `it ended with ${why}`, {
    cause,
  });
}

async function identify(connection: OpenDriver): Promise<Identification> {
  const components = await query(connection, 'neo4j', 'CALL dbms.components() YIELD name, versions, edition');
  const kernel = components.find((component) => component['name'] === 'Neo4j Kernel');
  const version = (kernel?.['versions'] as readonly string[] | undefined)?.[0];
  const edition = kernel?.['edition'];
  if (version === undefined || (edition !== 'community' && edition !== 'enterprise')) {
    throw new Error(`dbms.components() gives neither version nor edition: ${JSON.stringify(components)}`);
  }
  return { version, edition };
}

async function query(
  connection: OpenDriver,
  database: string,
  text: string,
): Promise<Record<string, unknown>[]> {
  const session = newSession(connection, database);
  try {
    return (await session.run(text)).records.map((record) => record.toObject());
  } finally {
    await session.close();
  }
}
