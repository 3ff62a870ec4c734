import type { Language } from '../cypher/ast.ts';
import type { ServerOptions } from '../model/records.ts';

/** One protocol by which servers find each other. Version 1 exists on 5.26 only. */
export interface DiscoveryService {
  readonly protocol: 'v1' | 'v2';
  /** Where the others find this server. */
  readonly address: string;
  /** Where this server looks for others. */
  readonly endpoints: readonly string[];
}

/** What a server goes by, once its configuration has been understood. Addresses are `host:port`, as advertised. */
export interface ServerConfiguration {
  readonly version: string;
  readonly edition: 'enterprise' | 'community';
  /** What the configuration names, by setting. */
  readonly settings: ReadonlyMap<string, string>;
  readonly boltAddress: string;
  readonly httpAddress: string | null;
  readonly httpsAddress: string | null;
  readonly clusterAddress: string;
  readonly discovery: readonly DiscoveryService[];
  /** How many servers have to meet for the first time; 1 for a server on its own. */
  readonly minimumSystemPrimaries: number;
  readonly systemMode: 'PRIMARY' | 'SECONDARY';
  readonly defaultLanguage: Language;
  readonly maxDatabases: number;
  /** What acts at the formation only. */
  readonly initial: {
    readonly options: ServerOptions;
    readonly defaultDatabase: string;
    readonly defaultPrimaries: number;
    readonly defaultSecondaries: number;
    readonly enablesFreeServers: boolean;
  };
  readonly security: {
    readonly authEnabled: boolean;
    /** 0 for no limit. */
    readonly maxFailedAttempts: number;
    readonly lockTimeMs: number;
    readonly minimumPasswordLength: number;
  };
}
