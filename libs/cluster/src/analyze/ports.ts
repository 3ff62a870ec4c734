import type { ClusterAccess, SecretReader } from '@neo4j-operator/cluster-access';
import type { VerdictOn } from '../validate/index.ts';
import type { SettingsOf } from './settings.ts';

/** What looking at a cluster needs beside the caches. */
export interface AnalyzePorts {
  readonly access: Pick<ClusterAccess, 'open' | 'get' | 'close'>;
  readonly secrets: Pick<SecretReader, 'read'>;
  /** `cluster.local` as a rule. */
  readonly clusterDomain: string;
  readonly settingsOf: SettingsOf;
  readonly verdictOn: VerdictOn;
}
