// The official driver, as the harness itself uses it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import neo4j, { type Config, type Driver, type Session, type SessionConfig } from 'neo4j-driver';
import type { ServerUnderTest } from './harness.ts';

/** An open driver and how to close it. */
export interface OpenDriver {
  readonly driver: Driver;
  close(): Promise<void>;
}

/** The driver declares its options as a class, though it takes plain objects. */
type Options = { [K in keyof Config]: Config[K] };

/** A driver for the server that follows no routing table, and that tries each statement once. */
export function openDriver(
  server: Pick<ServerUnderTest, 'boltAddress' | 'credentials' | 'authorities'>,
): OpenDriver {
  if (server.authorities === undefined) {
    const driver = open(server, { encrypted: 'ENCRYPTION_OFF' });
    return { driver, close: () => driver.close() };
  }
  // The driver takes authorities only as files, and reads them anew for each connection.
  const dir = mkdtempSync(join(tmpdir(), 'neo4j-authorities-'));
  const file = join(dir, 'authorities.pem');
  writeFileSync(file, server.authorities.join('\n'));
  const driver = open(server, {
    encrypted: 'ENCRYPTION_ON',
    trust: 'TRUST_CUSTOM_CA_SIGNED_CERTIFICATES',
    trustedCertificates: [file],
  });
  return {
    driver,
    close: async () => {
      await driver.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** A session on a database. */
export function newSession({ driver }: OpenDriver, database: string): Session {
  const options: { readonly [K in keyof SessionConfig]: SessionConfig[K] } = { database };
  return driver.session(options);
}

function open(server: Pick<ServerUnderTest, 'boltAddress' | 'credentials'>, transport: Options): Driver {
  const { username, password } = server.credentials;
  const options: Options = { maxTransactionRetryTime: 0, ...transport };
  return neo4j.driver(`bolt://${server.boltAddress}`, neo4j.auth.basic(username, password), options);
}
