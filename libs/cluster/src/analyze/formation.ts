import { annotations } from '@neo4j-operator/cluster-access';
import { type Stored, TerminalError } from '@neo4j-operator/reconcile-kit';
import type { Formation } from '../model/formation.ts';
import type { Claim } from '../model/resources.ts';

/**
 * What the cluster was formed with, as its claims say. All say the same; one is enough.
 *
 * @throws TerminalError with the reason `ActionRefused` if there are claims and none says it: to guess could form a second cluster
 */
export function formationOfClaims(claims: readonly Stored<Claim>[]): Formation | undefined {
  for (const claim of claims) {
    const formation = parse(claim.metadata.annotations?.[annotations.formation]);
    if (formation !== undefined) return formation;
  }
  if (claims.length === 0) return undefined;
  throw new TerminalError(
    'ActionRefused',
    `no claim says how the cluster was formed (${claims.map(({ metadata }) => metadata.name).join(', ')}): ` +
      `put the annotation ${annotations.formation} back as it was when they were made`,
  );
}

function parse(text: string | undefined): Formation | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
  return isFormation(value) ? value : undefined;
}

function isFormation(value: unknown): value is Formation {
  if (typeof value !== 'object' || value === null) return false;
  const { edition, bootstrapCount, defaultDatabase, transport } = value as Readonly<Record<string, unknown>>;
  return (
    (edition === 'enterprise' || edition === 'community') &&
    Number.isInteger(bootstrapCount) &&
    Number(bootstrapCount) >= 1 &&
    typeof defaultDatabase === 'string' &&
    transport === 'plain'
  );
}
