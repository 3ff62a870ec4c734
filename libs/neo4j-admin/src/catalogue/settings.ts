import type { Edition } from './capabilities.ts';
import { communitySettings } from './community-settings.ts';
import { enterpriseSettings } from './enterprise-settings.ts';
import { settingFamilies } from './setting-families.ts';
import type { Setting } from './setting.ts';
import { isAtLeast, type Neo4jVersion, type Release } from './version.ts';

/**
 * What a changed value asks for. `live`: it can be set in the running server. `next-start`: running servers need not learn of it, since
 * it is only read when a server starts or joins; the line is written and nothing else happens. `restart`: the server has to be restarted.
 */
export type RestartClass = 'live' | 'next-start' | 'restart';

/** Whether a version takes a setting. */
export type Availability =
  | { readonly state: 'available' }
  | { readonly state: 'not-yet'; readonly since: Release }
  | { readonly state: 'removed'; readonly in: Release; readonly remedy: string }
  | { readonly state: 'renamed'; readonly in: Release; readonly to: string }
  | { readonly state: 'not-in-edition' };

const table: ReadonlyMap<string, Setting> = new Map(
  [...communitySettings, ...enterpriseSettings].map((setting) => [setting.name, setting]),
);

/** Names of all settings that have no part of the user's in them. */
export const settingNames: readonly string[] = [...table.keys()].sort();

/** The setting of that exact name in any of the versions, or `undefined` if the catalogue knows none. */
export function findSetting(name: string): Setting | undefined {
  const exact = table.get(name);
  if (exact !== undefined) return exact;
  for (const family of settingFamilies) {
    const member = family.match(name);
    if (member !== undefined) return member;
  }
  return undefined;
}

/** Whether a server of this version and edition starts with the setting in its configuration, under strict validation. */
export function availability(setting: Setting, version: Neo4jVersion, edition: Edition): Availability {
  const { introduced, removed, renamed } = setting;
  if (removed !== undefined && isAtLeast(version, removed.in)) return { state: 'removed', ...removed };
  if (renamed !== undefined && isAtLeast(version, renamed.in)) return { state: 'renamed', ...renamed };
  if (!isAtLeast(version, introduced)) return { state: 'not-yet', since: introduced };
  if (setting.edition === 'enterprise' && edition === 'community') return { state: 'not-in-edition' };
  return { state: 'available' };
}

/** The default in that version, of settings whose default has changed. */
export function changedDefault(setting: Setting, version: Neo4jVersion): string | undefined {
  return setting.defaults?.findLast(({ since }) => isAtLeast(version, since))?.value;
}

/**
 * What a change of the setting asks for. Community has no procedure that sets anything in a running server.
 */
export function restartClass(setting: Setting, edition: Edition): RestartClass {
  if (readAtJoin(setting.name)) return 'next-start';
  return setting.dynamic && edition === 'enterprise' ? 'live' : 'restart';
}

/** Settings that only matter until a server has found the cluster: scaling changes them, and must not restart those who are in it. */
function readAtJoin(name: string): boolean {
  return name.startsWith('initial.') || joinSettings.has(name);
}

const joinSettings: ReadonlySet<string> = new Set([
  'dbms.cluster.endpoints',
  'dbms.cluster.discovery.v2.endpoints',
  'dbms.cluster.minimum_initial_system_primaries_count',
  'dbms.cluster.raft.binding_timeout',
]);
