// `npm run neo4j:fetch [-- VERSION...]`: fetches what is missing of the real Neo4j servers, or of those named, and says where they are.
//
// With --optional a machine without Java or Maven is not an error: the suites that need a server skip themselves there. Under
// REQUIRE_NEO4J=1 nothing is optional.
import { FetchError, ensureServer } from './src/fetch.ts';
import { serverVersions } from './src/versions.ts';

const optional = process.argv.includes('--optional') && process.env['REQUIRE_NEO4J'] !== '1';

const named = serverVersions.filter((version) => process.argv.includes(version));

for (const version of named.length === 0 ? serverVersions : named) {
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
