import { knownBad } from './known-bad.ts';
import { compareVersions, type Neo4jVersion } from './version.ts';

/** What has to hold before the first server is moved. */
export type UpgradeRequirement =
  /** Every server uses the second discovery service alone; later versions have no other. */
  | 'discoveryV2Only'
  /** The configuration is rendered for the new version, and reaches a server together with its image. */
  | 'configurationRewritten'
  /** Plugins have to be replaced by those of the new version at the same time. */
  | 'pluginsMatch';

/** Whether one may go from a version to another, by one server at a time. */
export type UpgradeEdge =
  | { readonly kind: 'same' }
  | { readonly kind: 'upgrade'; readonly requirements: readonly UpgradeRequirement[] }
  | { readonly kind: 'refused'; readonly reason: 'Downgrade' | 'KnownBad'; readonly message: string };

/**
 * The way from one version to another (upgrade and migration guide): forward within a line, and from 5.26 to any calendar version. Stores
 * are migrated when they are opened, so there is no way back.
 */
export function upgradeEdge(from: Neo4jVersion, to: Neo4jVersion): UpgradeEdge {
  const order = compareVersions(from, to);
  if (order === 0) return { kind: 'same' };
  if (order > 0) {
    return {
      kind: 'refused',
      reason: 'Downgrade',
      message: `Neo4j ${to.text} is older than ${from.text}, and cannot open what that has written: restore a backup instead`,
    };
  }
  const bad = knownBad(to);
  if (bad !== undefined) {
    return { kind: 'refused', reason: 'KnownBad', message: `Neo4j ${to.text} cannot be used: ${bad.why}` };
  }
  if (from.line === to.line) return { kind: 'upgrade', requirements: ['pluginsMatch'] };
  return { kind: 'upgrade', requirements: ['discoveryV2Only', 'configurationRewritten', 'pluginsMatch'] };
}
