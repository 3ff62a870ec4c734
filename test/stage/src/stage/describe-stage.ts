import type { Stage } from './stage.ts';

/** How things are on a stage, for the test that has waited in vain. */
export function describeStage({ log, operator, seed, sim, world }: Stage, waitedMs: number): string {
  const objects = ['neo4jenterpriseclusters', 'neo4jdatabases'].flatMap((plural) =>
    sim.client
      .list({ group: 'neo4j.neo4j.com', plural })
      .map(({ kind, metadata, status }) => `${kind} ${metadata.name}: ${JSON.stringify(status)}`),
  );
  const boots = world.boots.map(
    ({ exitCode, log: printed, pod }) =>
      `${pod.name} ${exitCode === undefined ? 'started' : `ended with ${exitCode}: ${printed.join(' ')}`}`,
  );
  return [
    `it did not come to hold within ${waitedMs} ms (seed ${seed})`,
    `operator: ${operator?.state ?? 'none'}`,
    ...objects,
    ...boots.slice(-5),
    ...log.slice(-5).map((line) => line.trim()),
  ].join('\n');
}
