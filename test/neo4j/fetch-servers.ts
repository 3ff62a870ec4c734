// `npm run neo4j:fetch`: fetches what is missing of the real Neo4j servers and says where they are.
//
// With --optional a machine without Java or Maven is not an error: the suites that need a server skip themselves there. Under
// REQUIRE_NEO4J=1 nothing is optional.
import { FetchError, ensureServer } from './src/fetch.ts';
import { serverVersions } from './src/versions.ts';

const optional = process.argv.includes('--optional') && process.env['REQUIRE_NEO4J'] !== '1';

for (const version of serverVersions) {
  try {
    const libDir = await ensureServer(version, (line) => {
      console.log(line);
    });
    console.log(`Neo4j ${version} is in ${libDir}`);
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    console.error(error.message);
    const toolMissing = error.reason === 'NoJava' || error.reason === 'NoMaven';
    if (!optional || !toolMissing) process.exitCode = 1;
  }
}
