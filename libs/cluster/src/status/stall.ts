// What keeps the operator from going on until somebody changes something.
import { type FieldError, formatFieldError } from '@neo4j-operator/api-types';
import type { ClusterObject } from '@neo4j-operator/cluster-access';
import { TerminalError } from '@neo4j-operator/reconcile-kit';
import type { ClusterState } from '../model/state.ts';
import type { Progress } from '../plan/progress.ts';
import type { Diagnosis } from './diagnosis.ts';
import { isReason, type Reason, reasons } from './reasons.ts';
import { tell } from './trouble.ts';

/** Why, as a word and as a sentence. */
export interface Told {
  readonly reason: Reason;
  readonly message: string;
}

/**
 * The first of what a person has to change; undefined if the operator can go on by itself. A cluster that is being deleted may be as wrong
 * as it likes: only a step that was refused keeps it.
 */
export function stallOf(
  object: ClusterObject,
  state: ClusterState,
  progress: Progress,
  diagnosis: Diagnosis,
  passError: Error | undefined,
): Told | undefined {
  if (object.metadata.deletionTimestamp !== undefined) return terminal(passError);
  return (
    specProblem(state, progress) ??
    secretProblem(state) ??
    terminal(passError) ??
    diagnosis.lasting
      .filter(({ reason }) => isStalling(reason))
      .map((trouble) => ({ reason: trouble.reason, message: tell(trouble) }))
      .at(0)
  );
}

function specProblem(
  { formation, problems, running, spec }: ClusterState,
  { held }: Progress,
): Told | undefined {
  const [first] = problems;
  if (first !== undefined) {
    return { reason: reasonOf(first), message: problems.map(formatFieldError).join('. ') };
  }
  if (spec.edition === 'enterprise' && spec.acceptLicenseAgreement === undefined) {
    return {
      reason: 'LicenseNotAccepted',
      message: `spec.acceptLicenseAgreement: ${reasons.LicenseNotAccepted.means} ${reasons.LicenseNotAccepted.remedy}`,
    };
  }
  if (running === undefined) {
    return {
      reason: 'ImageRefused',
      message: `spec.image: ${reasons.ImageRefused.means} ${reasons.ImageRefused.remedy}`,
    };
  }
  if (formation !== undefined && formation.edition !== spec.edition) {
    return {
      reason: 'EditionChanged',
      message: `spec.edition: the volumes were first used by edition ${formation.edition}; set it back, or use another name for a cluster of edition ${spec.edition}`,
    };
  }
  return held === 'SpecInvalid' ? { reason: 'SpecInvalid', message: reasons.SpecInvalid.means } : undefined;
}

function reasonOf({ field }: FieldError): Reason {
  if (field === 'spec.acceptLicenseAgreement') return 'LicenseNotAccepted';
  return field.startsWith('spec.image') ? 'ImageRefused' : 'SpecInvalid';
}

function secretProblem({ accounts: { admin } }: ClusterState): Told | undefined {
  return admin.problem === undefined ? undefined : { reason: 'AdminSecretInvalid', message: admin.problem };
}

function terminal(error: Error | undefined): Told | undefined {
  if (!(error instanceof TerminalError)) return undefined;
  return isReason(error.reason) && isStalling(error.reason)
    ? { reason: error.reason, message: error.message }
    : { reason: 'ActionRefused', message: `${error.reason}: ${error.message}` };
}

function isStalling(reason: Reason): boolean {
  return (reasons[reason].on as readonly string[]).includes('Stalled=True');
}
