import type { Neo4jVersion } from './version.ts';

/** A version that nothing should be deployed with. */
export interface KnownBad {
  readonly version: string;
  readonly kind: 'never-released' | 'recalled' | 'harmful';
  readonly why: string;
}

/**
 * Versions to refuse, each with a public source: the registry of the Java artefacts has every number of the 5.26 line up to 30 but this one.
 * That a version is not here does not say that it was found good.
 */
export const knownBadVersions: readonly KnownBad[] = [
  { version: '5.26.27', kind: 'never-released', why: 'there was no release of this number' },
];

/** Why the version is to be refused, or `undefined`. */
export function knownBad(version: Neo4jVersion): KnownBad | undefined {
  return knownBadVersions.find((bad) => bad.version === version.text);
}
