// Makes one file of the operator, dist/operator.mjs, as it is shipped: no packages beside it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const dist = join(here, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile: join(dist, 'operator.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  minifySyntax: true,
  conditions: ['@neo4j-operator/source'],
  // Needed only for kubeconfigs that have a credential plugin, and far larger than all the rest.
  external: ['@kubernetes/client-node'],
  // CommonJS packages ask for require, which an ES module does not have.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
});
