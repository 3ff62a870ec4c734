// What a user has asked for of that which only a restart makes true. Its hashes are kept on the StatefulSet: what differs although they are
// the same, the operator itself has changed.
import type { DefaultedNeo4jEnterpriseClusterSpec } from '@neo4j-operator/api-types';
import { findSetting, restartClass } from '@neo4j-operator/neo4j-admin';
import { hashParts, type PartHashes } from './hash.ts';

/** The parts of a spec that matter here. */
export type AskedPart = 'config' | 'env' | 'licence' | 'memory' | 'pullPolicy' | 'pullSecrets' | 'resources';

/** The hashes of what is asked for. The image is told by its name. */
export function askedHashes(spec: DefaultedNeo4jEnterpriseClusterSpec): PartHashes<AskedPart> {
  return hashParts<AskedPart>({
    config: restartSettings(spec),
    env: spec.env ?? [],
    licence: [spec.acceptLicenseAgreement ?? ''],
    memory: spec.memory ?? {},
    pullPolicy: [spec.image.pullPolicy],
    pullSecrets: spec.image.pullSecrets?.toSorted() ?? [],
    resources: spec.resources ?? {},
  });
}

function restartSettings({
  config = {},
  edition,
}: DefaultedNeo4jEnterpriseClusterSpec): Readonly<Record<string, string>> {
  const entries = Object.entries(config).filter(([key]) => {
    const setting = findSetting(key);
    return setting === undefined || restartClass(setting, edition) === 'restart';
  });
  return Object.fromEntries(entries);
}
