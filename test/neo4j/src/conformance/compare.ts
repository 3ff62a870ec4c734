// Does an interaction to a real and to a simulated server, and compares.
import { newSession, openDriver } from '../driver.ts';
import type { ServerUnderTest } from '../harness.ts';
import type { ServerVersion } from '../versions.ts';
import type { Interaction } from './interaction.ts';
import { interactionsFor } from './interactions.ts';
import { knownDifferences } from './known-differences.ts';
import { observe } from './observe.ts';

/** A real server and what is to behave like it, of one version and edition. */
export interface Pair {
  readonly version: ServerVersion;
  readonly real: ServerUnderTest;
  readonly simulated: ServerUnderTest;
}

/** What comes of it. */
export type Verdict =
  | 'equal'
  /** They differ, and nobody has said that they may. */
  | 'differs'
  /** They differ as the list of known differences has it. */
  | 'known'
  /** They are equal, though the list says otherwise. */
  | 'stale';

/** An interaction that was done to both. */
export interface Comparison {
  readonly name: string;
  readonly verdict: Verdict;
  /** The lines that differ, in pairs. */
  readonly differences: readonly string[];
}

/** The names of all interactions with servers of a version. */
export function interactionNames(version: ServerVersion): readonly string[] {
  return interactionsFor({ version, login: { username: '', password: '' } }).map(({ name }) => name);
}

/**
 * Does one interaction to both.
 *
 * @throws Error if there is none of this name, or it cannot be done
 */
export async function compare(pair: Pair, name: string): Promise<Comparison> {
  const { real, simulated, version } = pair;
  const expected = await observe(real, interactionFor(real, name));
  const actual = await observe(simulated, interactionFor(simulated, name));
  const differences = differencesBetween(expected, actual);
  const isKnown = knownDifferences.some(
    ({ interaction, versions }) => interaction === name && versions.includes(version),
  );
  if (differences.length > 0) return { name, verdict: isKnown ? 'known' : 'differs', differences };
  return { name, verdict: isKnown ? 'stale' : 'equal', differences };
}

/** Takes away the data that interactions leave on a real server; a simulated one has no statement for that. */
export async function removeData(real: ServerUnderTest): Promise<void> {
  const connection = openDriver(real);
  const session = newSession(connection, 'neo4j');
  try {
    await session.run("MATCH (p:Probe) WHERE p.id STARTS WITH 'conformance-' DELETE p");
  } finally {
    await session.close();
    await connection.close();
  }
}

function interactionFor({ version, credentials }: ServerUnderTest, name: string): Interaction {
  const interaction = interactionsFor({ version, login: credentials }).find((each) => each.name === name);
  if (interaction === undefined) throw new Error(`there is no interaction '${name}'`);
  return interaction;
}

function differencesBetween(real: readonly string[], simulated: readonly string[]): readonly string[] {
  const length = Math.max(real.length, simulated.length);
  return Array.from({ length }, (_, index) => [real[index] ?? '-', simulated[index] ?? '-'] as const)
    .filter(([expected, actual]) => expected !== actual)
    .flatMap(([expected, actual]) => [`real:      ${expected}`, `simulated: ${actual}`]);
}
