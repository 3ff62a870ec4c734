// `npm run check:statements -- [--seed S] [--count N] [--version V]`: builds random statements as they would be sent to a version, and
// has Neo4j's own parser and a real server say whether they are Cypher.
import { parseArgs } from 'node:util';
import { parseVersion, type Statement } from '@neo4j-operator/neo4j-admin';
import fc from 'fast-check';
import { anyStatement, everyStatement } from '../../libs/neo4j-admin/src/statements/samples.spec-helper.ts';
import { openOracle, startRealServer } from './src/index.ts';
import { checkStatements, serverFor } from './src/statement-check.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    version: { type: 'string', default: '2026.08.1' },
  },
});
process.exitCode = await main(whole('seed', values.seed), whole('count', values.count), values.version);

async function main(seed: number, count: number, versionText: string): Promise<number> {
  const parsed = parseVersion(versionText);
  if (!parsed.ok) {
    console.error(`--version: ${parsed.message}`);
    return 1;
  }
  const { version } = parsed;
  const drawn = fc.sample(anyStatement(version), { seed, numRuns: count });
  const random = drawn.filter((outcome): outcome is Statement => !('refused' in outcome));
  const fixed = everyStatement(version).map(([, statement]) => statement);
  const server = await startRealServer({ version: serverFor(version) });
  const oracle = openOracle(server);
  try {
    const totals = await checkStatements([...fixed, ...random], '5', oracle);
    for (const refusal of totals.refusals) console.error(refusal);
    console.log(`Statements for Neo4j ${version.text}, asked of ${server.name}; seed ${seed}`);
    console.log(
      `  ${fixed.length} of the table, ${count} drawn, ${count - random.length} of these refused before anything was sent`,
    );
    console.log(`  ${totals.texts} different texts`);
    console.log(`  parser: ${totals.acceptedByParser} accepted`);
    console.log(
      `  server: ${totals.acceptedByServer} accepted, ${totals.unsupportedHere} accepted but not of this edition, ` +
        `${totals.enterpriseProcedures} calls of procedures that only Enterprise has`,
    );
    console.log(`  ${totals.refusals.length} refused`);
    return totals.refusals.length === 0 ? 0 : 1;
  } finally {
    await oracle.close();
    await server.stop();
  }
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) {
    console.error(`--${name}: '${text}' is not a whole number from 0 on`);
    process.exit(1);
  }
  return value;
}
