// Makes one file of the operator, dist/operator.mjs, as it is shipped: no packages beside it. For tests of upgrades, `REVISION` names a file that
// takes the place of the defaults of this version, and `OUT` the folder for the result.
import { mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const { OUT, REVISION } = process.env;
const dist = OUT === undefined ? join(here, 'dist') : resolve(OUT);
mkdirSync(dist, { recursive: true });
// Whoever starts the file meanwhile gets the old one or the new one.
const unfinished = join(dist, `operator.${process.pid}.mjs`);

/**
 * Has another file say what the defaults are.
 *
 * @type {import('esbuild').Plugin}
 */
const otherRevision = {
  name: 'revision',
  setup: (builder) => {
    builder.onResolve({ filter: /^\.\/revision\.ts$/ }, () => ({ path: resolve(REVISION ?? '') }));
  },
};

await build({
  entryPoints: [join(here, 'src/main.ts')],
  outfile: unfinished,
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
  plugins: REVISION === undefined ? [] : [otherRevision],
  logLevel: 'warning',
});
renameSync(unfinished, join(dist, 'operator.mjs'));
