import { join } from 'node:path';
import { build } from 'esbuild';
import { startFlags } from '../../test/stage/src/end-to-end/start-flags.ts';
import type { Program } from './subject.ts';

/** Makes one file of a program, as an operator is shipped. */
export async function bundle(
  source: string,
  dir: string,
  external: readonly string[] = [],
): Promise<Program> {
  const outfile = join(dir, `${source.replaceAll(/\W+/g, '-')}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, '..', source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minifySyntax: true,
    conditions: ['@neo4j-operator/source'],
    external: [...external],
    // CommonJS packages ask for require, which an ES module does not have.
    banner: {
      js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return { file: process.execPath, args: [outfile] };
}

/** The flags of Node that the example operator is started with: what is measured is what is shipped. */
export const nodeFlags = startFlags('examples/tiny-operator');

/** The kit imports it only for kubeconfigs that need a plugin, and so it is not shipped with an operator. */
export const optional = ['@kubernetes/client-node'];
