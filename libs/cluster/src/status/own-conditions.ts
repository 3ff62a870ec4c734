// The conditions that say one thing each, whatever else is the matter.
import { compareQuantities, formatFieldError } from '@neo4j-operator/api-types';
import type { ConditionInput } from '@neo4j-operator/reconcile-kit';
import type { ClusterState } from '../model/state.ts';
import type { Progress } from '../plan/progress.ts';
import type { RestartDifference } from '../render/index.ts';
import { condition } from './conditions.ts';
import { reasons } from './reasons.ts';
import type { Told } from './stall.ts';

/** What would need a restart, by the name of the server; undefined if the spec cannot be compared with what is there. */
export type Differences = ReadonlyMap<string, readonly RestartDifference[]> | undefined;

export function ownConditions(
  state: ClusterState,
  progress: Progress,
  differences: Differences,
  stall: Told | undefined,
): readonly ConditionInput[] {
  return [
    adminPassword(progress, stall),
    condition('TransportPlain', 'True', 'NoTls', `${reasons.NoTls.means} ${reasons.NoTls.remedy}`),
    restartRequired(differences),
    restartPending(differences),
    scaleIn(state, progress),
    storageGrowing(state),
    specWarnings(state),
    state.isPaused ? condition('Paused', 'True', 'Paused') : condition('Paused', 'False', 'NotPaused'),
  ];
}

function adminPassword({ isPasswordDue }: Progress, stall: Told | undefined): ConditionInput {
  const type = 'AdminPasswordSet';
  if (stall?.reason === 'AdminSecretInvalid') {
    return condition(type, 'False', 'AdminSecretInvalid', stall.message);
  }
  return isPasswordDue === false
    ? condition(type, 'True', 'PasswordSet')
    : condition(type, 'False', 'PasswordPending');
}

function restartRequired(differences: Differences): ConditionInput {
  const type = 'RestartRequired';
  if (differences === undefined) return condition(type, 'Unknown', 'Unjudged');
  const facts = describe(differences, 'spec');
  return facts === undefined
    ? condition(type, 'False', 'NoRestartNeeded')
    : condition(
        type,
        'True',
        'SpecChanged',
        `${facts}. ${reasons.SpecChanged.means} ${reasons.SpecChanged.remedy}`,
      );
}

function restartPending(differences: Differences): ConditionInput {
  const type = 'RestartPending';
  if (differences === undefined) return condition(type, 'Unknown', 'Unjudged');
  const facts = describe(differences, 'operator');
  return facts === undefined
    ? condition(type, 'False', 'NoRestartNeeded')
    : condition(
        type,
        'True',
        'OperatorUpgrade',
        `${facts}. ${reasons.OperatorUpgrade.means} No server is restarted for that alone.`,
      );
}

/** `c-1, c-2: spec.resources; c-3: spec.resources, spec.image`. */
function describe(
  differences: NonNullable<Differences>,
  cause: RestartDifference['cause'],
): string | undefined {
  const byFields = Map.groupBy(differences, ([, found]) =>
    [...new Set(found.filter((each) => each.cause === cause).map(({ field }) => field))].sort().join(', '),
  );
  byFields.delete('');
  if (byFields.size === 0) return undefined;
  return [...byFields]
    .map(([fields, servers]) => `${servers.map(([name]) => name).join(', ')}: ${fields}`)
    .join('; ');
}

function scaleIn(
  { problems }: ClusterState,
  { counts: { existing, surplus, wanted } }: Progress,
): ConditionInput {
  const type = 'ScaleIn';
  if (problems.length > 0) return condition(type, 'Unknown', 'Unjudged');
  const facts = (['primary', 'secondary'] as const)
    .filter((pool) => surplus[pool] > 0)
    .map((pool) => {
      const field = pool === 'primary' ? 'spec.topology.primaries' : 'spec.topology.secondaries';
      return `${field} asks for ${wanted[pool]} and there are ${existing[pool]}, which are not removed; set it to ${existing[pool]}`;
    });
  return facts.length === 0
    ? condition(type, 'False', 'ServersAsAsked')
    : condition(type, 'True', 'ScaleInNotAvailable', facts.join('. '));
}

function storageGrowing({ servers, spec }: ClusterState): ConditionInput {
  const type = 'StorageGrowing';
  const growing = servers.filter(({ claim }) => {
    const capacity = claim?.status?.capacity?.storage;
    return capacity !== undefined && (compareQuantities(capacity, spec.storage.size) ?? 0) < 0;
  });
  if (growing.length === 0) return condition(type, 'False', 'VolumesAsAsked');
  const facts = growing
    .map(({ name, claim }) => `${name} has ${claim?.status?.capacity?.storage ?? ''}`)
    .join(', ');
  return condition(
    type,
    'True',
    'VolumesGrowing',
    `spec.storage.size asks for ${spec.storage.size}: ${facts}. ${reasons.VolumesGrowing.remedy}`,
  );
}

function specWarnings({ warnings }: ClusterState): ConditionInput {
  return warnings.length === 0
    ? condition('SpecWarnings', 'False', 'NoWarnings')
    : condition('SpecWarnings', 'True', 'OddSpec', warnings.map(formatFieldError).join('. '));
}
