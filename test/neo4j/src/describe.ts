import { describeIfThere } from '../../controlplane/src/describe.ts';
import { findServer } from './programs.ts';
import { type ServerVersion, serverVersions } from './versions.ts';

/** For suites that need a real server, its jars and a Java for it; `REQUIRE_NEO4J=1` requires them. */
export function describeWithServer(version: ServerVersion, name: string, suite: () => void): void {
  describeIfThere(
    `${name} (Neo4j ${version})`,
    { found: findServer(version), required: 'REQUIRE_NEO4J', what: 'a server' },
    suite,
  );
}

/** The same, once for each version. */
export function describeEachServer(name: string, suite: (version: ServerVersion) => void): void {
  for (const version of serverVersions) {
    describeWithServer(version, name, () => {
      suite(version);
    });
  }
}
