// The home folder of a real server: its configuration and its certificates.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyPair } from '../../controlplane/src/pki.ts';
import { type ServerVersion, traitsOf } from './versions.ts';

/** What goes into the configuration of a server. */
export interface HomeOptions {
  readonly version: ServerVersion;
  readonly boltPort: number;
  /** Undefined for a server without HTTP. */
  readonly httpPort: number | undefined;
  /** The certificate for Bolt; undefined for a server without TLS. */
  readonly certificate: KeyPair | undefined;
  /** Further settings; one of the same name replaces that of the harness. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Writes the home folder of a server that has never run. */
export function writeHome(home: string, options: HomeOptions): void {
  mkdirSync(join(home, 'conf'), { recursive: true });
  writeFileSync(join(home, 'conf/neo4j.conf'), configurationText(settingsOf(options)));
  if (options.certificate === undefined) return;
  const certificates = join(home, 'certificates/bolt');
  mkdirSync(certificates, { recursive: true });
  writeFileSync(join(certificates, 'public.crt'), options.certificate.cert);
  writeFileSync(join(certificates, 'private.key'), options.certificate.key, { mode: 0o600 });
}

/** A configuration file with these settings. */
export function configurationText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function settingsOf(options: HomeOptions): Record<string, string> {
  const bolt = `127.0.0.1:${options.boltPort}`;
  return {
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': bolt,
    'server.bolt.advertised_address': bolt,
    'server.http.enabled': String(options.httpPort !== undefined),
    ...(options.httpPort === undefined
      ? {}
      : { 'server.http.listen_address': `127.0.0.1:${options.httpPort}` }),
    'server.https.enabled': 'false',
    'server.config.strict_validation.enabled': 'true',
    'dbms.security.auth_enabled': 'true',
    'dbms.usage_report.enabled': 'false',
    'server.memory.pagecache.size': '16m',
    // A new database would take half a gigabyte.
    'db.tx_log.preallocate': 'false',
    'db.logs.query.enabled': 'OFF',
    // Else a server that is asked to end waits five seconds for its idle Bolt threads.
    'internal.server.bolt.thread_pool_shutdown_wait_time': '0s',
    ...(options.certificate === undefined ? {} : tlsSettings),
    ...traitsOf[options.version].ownSettings,
    ...options.settings,
  };
}

const tlsSettings: Readonly<Record<string, string>> = {
  'server.bolt.tls_level': 'REQUIRED',
  'dbms.ssl.policy.bolt.enabled': 'true',
  'dbms.ssl.policy.bolt.base_directory': 'certificates/bolt',
  'dbms.ssl.policy.bolt.private_key': 'private.key',
  'dbms.ssl.policy.bolt.public_certificate': 'public.crt',
  'dbms.ssl.policy.bolt.client_auth': 'NONE',
};
