import {
  type FlagOptions,
  flagsHelp,
  type FlagValues,
  type OperatorFlags,
  parseFlags,
  textFlag,
} from '@neo4j-operator/reconcile-kit';

const own = {
  clusterDomain: textFlag('cluster-domain', {
    placeholder: 'DOMAIN',
    help: 'the DNS domain of the Kubernetes cluster',
    absent: 'cluster.local',
  }),
};

const options = { envPrefix: 'NEO4J_OPERATOR_', own } satisfies FlagOptions;

/** What a user can set on the command line or in the environment. */
export type Flags = OperatorFlags & FlagValues<typeof own>;

/**
 * Reads the command line, and of the environment what is not on it.
 *
 * @throws StartError naming the flag, or the variable, and what it takes
 */
export function readFlags(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Flags {
  return parseFlags<typeof own>(args, env, options);
}

/** The text of `--help`. */
export const help = `neo4j-operator: runs Neo4j clusters on Kubernetes\n\n${flagsHelp(options)}`;
