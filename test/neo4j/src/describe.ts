import { describe, it } from '@jest/globals';
import { findServer } from './programs.ts';
import { type ServerVersion, serverVersions } from './versions.ts';

/**
 * Like `describe`, for suites that need a real server. Without its jars or a Java for it the suite is skipped with one line, or fails
 * under `REQUIRE_NEO4J=1`.
 */
export function describeWithServer(version: ServerVersion, name: string, suite: () => void): void {
  const title = `${name} (Neo4j ${version})`;
  const found = findServer(version);
  if (!('missing' in found)) {
    describe(title, suite);
  } else if (process.env['REQUIRE_NEO4J'] === '1') {
    describe(title, () => {
      it('has a server', () => {
        throw new Error(found.missing);
      });
    });
  } else {
    process.stderr.write(`Skipped: ${title}. ${found.missing}\n`);
    describe.skip(title, suite);
  }
}

/** The same, once for each version. */
export function describeEachServer(name: string, suite: (version: ServerVersion) => void): void {
  for (const version of serverVersions) {
    describeWithServer(version, name, () => {
      suite(version);
    });
  }
}
