import { join } from 'node:path';
import { build } from 'esbuild';
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

/**
 * Node's flags for an operator of the kit. A young generation of 2 MB instead of 16 is enough for what is parsed and thrown away, and
 * gives back the memory of what was read from sockets sooner; V8's middle compiler costs more memory than it saves time here.
 */
export const nodeFlags = ['--max-semi-space-size=2', '--no-maglev'];

/** The kit imports it only for kubeconfigs that need a plugin, and so it is not shipped with an operator. */
export const optional = ['@kubernetes/client-node'];
