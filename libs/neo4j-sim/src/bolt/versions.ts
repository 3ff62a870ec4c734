/** A version of the Bolt protocol. */
export interface BoltVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * What a server speaks, highest first: 5.0 to 5.8 up to 2025.09, 6.0 since 2025.10, 6.1 (the type UUID) in 2026.08. 5.5 was never used.
 * Bolt manual, "Bolt Protocol and Neo4j compatibility". That servers also speak 4.4 is left out: no driver of today needs it.
 *
 * @param serverVersion - `5.26.30`, `2026.08.1`
 */
export function boltVersionsOf(serverVersion: string): readonly BoltVersion[] {
  return [
    ...(isAtLeast(serverVersion, 2026, 8) ? [{ major: 6, minor: 1 }] : []),
    ...(isAtLeast(serverVersion, 2025, 10) ? [{ major: 6, minor: 0 }] : []),
    ...[8, 7, 6, 4, 3, 2, 1, 0].map((minor) => ({ major: 5, minor })),
  ];
}

/** Whether a version of the protocol is this one or a later one. */
export function speaks(version: BoltVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** Whether a version of the server is this one or a later one; calendar versions follow upon 5.26. */
export function isAtLeast(serverVersion: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = serverVersion.split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
