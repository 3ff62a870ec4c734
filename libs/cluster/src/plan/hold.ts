import type { ClusterState } from '../model/state.ts';
import { isFormed } from './members.ts';

/** Why nothing is done to a cluster. */
export type Held =
  | 'Paused'
  /** A field of the spec is wrong. */
  | 'SpecInvalid'
  | 'LicenseNotAccepted'
  /** The Secret of the administrator cannot be used, and no server has data yet. */
  | 'AdminSecretInvalid'
  /** The volumes are those of a cluster of the other edition. */
  | 'EditionChanged';

/** What holds a cluster back as a whole, the first of several reasons. What runs goes on as it is. */
export function holdOf(state: ClusterState): Held | undefined {
  const { accounts, formation, isPaused, problems, running, spec } = state;
  if (isPaused) return 'Paused';
  if (spec.edition === 'enterprise' && spec.acceptLicenseAgreement === undefined) return 'LicenseNotAccepted';
  if (problems.length > 0 || running === undefined) return 'SpecInvalid';
  if (formation !== undefined && formation.edition !== spec.edition) return 'EditionChanged';
  if (accounts.admin.problem !== undefined && !isFormed(state)) return 'AdminSecretInvalid';
  return undefined;
}
