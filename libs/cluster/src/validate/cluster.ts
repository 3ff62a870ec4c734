import {
  type DefaultedNeo4jEnterpriseCluster,
  type DefaultedNeo4jEnterpriseClusterSpec,
  type FieldError,
  type Neo4jEnterpriseCluster,
  neo4jEnterpriseCluster,
} from '@neo4j-operator/api-types';
import { objectKey } from '@neo4j-operator/reconcile-kit';
import { formationOf } from '../model/formation.ts';
import { configField, fieldErrorOf } from '../render/field-errors.ts';
import { imageOf } from '../render/image.ts';
import { memoryOf } from '../render/memory.ts';
import { renderRevision } from '../render/revision.ts';
import { wantedSettings } from '../render/settings.ts';
import { passwordLength } from './admin-secret.ts';
import { topologyErrors, topologyWarnings } from './topology.ts';

/** What is wrong with a cluster, and what is odd and accepted. */
export interface Verdict {
  /** With any of them nothing is deployed or changed. */
  readonly errors: readonly FieldError[];
  readonly warnings: readonly FieldError[];
}

/**
 * Checks a cluster: its shape, and what needs knowledge of Neo4j. The same on a webhook and in the reconciler.
 *
 * @param cluster - anything; it need not have the right shape
 * @param old - the object before the change; absent on creation
 * @returns all faults; when the shape is wrong only those of the shape. It never throws.
 */
export function validateCluster(cluster: unknown, old?: unknown): Verdict {
  const errors = neo4jEnterpriseCluster.validate(cluster, old);
  if (errors.length > 0) return { errors, warnings: [] };
  // It has the shape, as was just seen.
  return judge(neo4jEnterpriseCluster.applyDefaults(cluster as Neo4jEnterpriseCluster));
}

function judge({ spec }: DefaultedNeo4jEnterpriseCluster): Verdict {
  const common = [...licenceErrors(spec), ...topologyErrors(spec), ...passwordLengthErrors(spec)];
  const warnings = topologyWarnings(spec);
  const image = imageOf(spec);
  if (!image.ok) {
    const memory = memoryOf(spec);
    const memoryErrors = memory.ok ? [] : memory.problems.map((problem) => fieldErrorOf(problem, spec));
    return { errors: [...common, ...image.problems, ...memoryErrors], warnings };
  }
  // Whatever is wrong with the settings of one server is wrong with those of all.
  const settings = wantedSettings({
    spec,
    // Its names do not matter, and an object that is only checked may have none.
    cluster: objectKey('default', 'cluster'),
    formation: formationOf(spec),
    server: { number: 1, pool: 'primary', systemMode: 'PRIMARY' },
    version: image.image.version,
    systemPrimaries: [1],
    revision: renderRevision,
    clusterDomain: 'cluster.local',
  });
  return {
    errors: settings.ok ? common : [...common, ...settings.problems],
    warnings: [...warnings, ...settings.warnings],
  };
}

function licenceErrors({
  edition,
  acceptLicenseAgreement,
}: DefaultedNeo4jEnterpriseClusterSpec): readonly FieldError[] {
  if (edition === 'community' || acceptLicenseAgreement !== undefined) return [];
  return [
    {
      field: 'spec.acceptLicenseAgreement',
      reason: 'Required',
      message: 'is missing, and Neo4j Enterprise Edition is not deployed without it',
      remedy:
        'write commercial if you hold a licence, or evaluation if you accept the terms of the evaluation licence',
    },
  ];
}

const minimumLengthSetting = 'dbms.security.auth_minimum_password_length';

/** The first password is a generated one, and a server that does not take it would not start. */
function passwordLengthErrors({ config = {} }: DefaultedNeo4jEnterpriseClusterSpec): readonly FieldError[] {
  const value = Object.hasOwn(config, minimumLengthSetting) ? config[minimumLengthSetting] : undefined;
  if (value === undefined || !(Number(value) > passwordLength.generated)) return [];
  return [
    {
      field: configField(minimumLengthSetting),
      reason: 'Invalid',
      value,
      message: 'is more than generated passwords have',
      remedy: `use at most ${passwordLength.generated}`,
    },
  ];
}
