import type { SimValue } from '../contract.ts';
import { commandsOf } from '../model/raft-store.ts';
import type { SeedData } from '../model/records.ts';
import type { SimServer } from '../model/server.ts';
import { isAtLeast } from '../model/version.ts';
import { type StatementContext, textListOf } from './context.ts';
import { invalid } from './refusal.ts';

type Options = Readonly<Record<string, SimValue>>;

/** Options of CREATE DATABASE, and the versions that know them (operations manual, "Create databases"). */
const knownOptions: Readonly<Record<string, string>> = {
  existingData: '5.26',
  existingDataSeedServer: '5.26',
  seedURI: '5.26',
  seedConfig: '5.26',
  seedRestoreUntil: '2025.01',
  seedSourceDatabase: '2025.06',
  storeFormat: '5.26',
  txLogEnrichment: '5.26',
};

const noStore: SeedData = { kind: 'failed', message: 'No store found on any of the seeders.' };

/** What the options say of the first data, and those options that SHOW DATABASES shows. */
export function seedOf(
  context: StatementContext,
  options: Options,
): { readonly seed: SeedData; readonly shown: Options } {
  const { version } = context.server.configuration;
  for (const key of Object.keys(options)) {
    const since = knownOptions[key];
    if (since === undefined || !isAtLeast(version, since)) {
      throw invalid(['22N04'], `Unrecognised option '${key}'.`);
    }
  }
  const { existingDataSeedServer, seedURI, txLogEnrichment } = options;
  const isSeeded = existingDataSeedServer !== undefined || seedURI !== undefined;
  if (isSeeded && context.language === '5' && options['existingData'] !== 'use') {
    throw invalid(['22N04'], "A seed needs the option existingData: 'use'.");
  }
  const shown = txLogEnrichment === undefined ? {} : { txLogEnrichment };
  // Servers hold stores of databases that exist and nothing that was loaded from outside, so there is none for a new one.
  if (existingDataSeedServer !== undefined) return { seed: noStore, shown };
  if (typeof seedURI === 'string') return { seed: seedFrom(context.server, seedURI), shown };
  return { seed: { kind: 'empty' }, shown };
}

/** What the options of the procedure that makes a database anew say of its data; `database` is the one that there is. */
export function recreationSeedOf(context: StatementContext, options: Options, database: string): SeedData {
  const { clearData, seedURI, seedingServers } = options;
  const servers = seedingServers === undefined ? undefined : textListOf(seedingServers, 'seedingServers');
  const sources = [clearData === true, typeof seedURI === 'string', servers !== undefined];
  const isFallback = servers?.length === 0 && typeof seedURI === 'string';
  if (sources.filter(Boolean).length !== 1 && !isFallback) {
    throw invalid(['22N04'], 'Give one of seedingServers, seedURI and clearData.');
  }
  if (clearData === true) return { kind: 'empty' };
  const best = servers === undefined ? undefined : bestCopy(context, servers, database);
  if (best !== undefined) return { kind: 'probes', ids: best };
  if (typeof seedURI === 'string') return seedFrom(context.server, seedURI);
  return noStore;
}

/** A failure shows in the status of the database only, as on the real server. */
function seedFrom({ network }: SimServer, uri: string): SeedData {
  const ids = network.seeds.get(uri);
  return ids === undefined
    ? { kind: 'failed', message: 'Unable to start database `DatabaseId{}`' }
    : { kind: 'probes', ids };
}

/** What the copy has that has most, of those on these servers; of all that can be reached if none is named. */
function bestCopy(
  { server, state }: StatementContext,
  servers: readonly string[],
  database: string,
): readonly string[] | undefined {
  const id = state.databases.get(database)?.id ?? '';
  const stores = server.network
    .reachedFrom(server)
    .filter((other) => servers.length === 0 || servers.includes(other.id))
    .map((other) => other.volume.databases.get(id)?.raft)
    .filter((raft) => raft !== undefined);
  const [best] = stores.sort((a, b) => b.commitIndex - a.commitIndex);
  return best?.log.slice(0, best.commitIndex).flatMap(({ content }) => commandsOf(content));
}
