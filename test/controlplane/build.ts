// `npm run controlplane`: builds what is missing of the test control plane and says where it is.
//
// With --optional a machine without Go is not an error: the suites that need the control plane skip themselves there. Under
// REQUIRE_CONTROLPLANE=1 nothing is optional.
import { BuildError, ensureControlPlane } from './src/compile.ts';

const optional = process.argv.includes('--optional') && process.env['REQUIRE_CONTROLPLANE'] !== '1';

try {
  const binDir = await ensureControlPlane((line) => {
    console.log(line);
  });
  console.log(`The test control plane is in ${binDir}`);
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  process.exitCode = optional && error.reason === 'NoGo' ? 0 : 1;
}
