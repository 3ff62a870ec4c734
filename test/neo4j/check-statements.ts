// `npm run check:statements`: whether statements are Cypher, by Neo4j's own parser and by a real server.
//
// With [--seed S] [--count N] [--version V] they are the table of all builders and random ones, as they would be sent to that version.
// With --sent they are all that the last test run has sent to simulated servers.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseVersion, type Statement, versionOf } from '@neo4j-operator/neo4j-admin';
import fc from 'fast-check';
import { anyStatement, everyStatement } from '../../libs/neo4j-admin/src/statements/samples.spec-helper.ts';
import { openOracle, type ServerVersion, serverVersions, startRealServer } from './src/index.ts';
import { checkStatements, serverFor } from './src/statement-check.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    version: { type: 'string', default: '2026.08.1' },
    sent: { type: 'boolean', default: false },
  },
});
process.exitCode = values.sent
  ? await checkSent()
  : await checkDrawn(whole('seed', values.seed), whole('count', values.count), values.version);

async function checkDrawn(seed: number, count: number, versionText: string): Promise<number> {
  const parsed = parseVersion(versionText);
  if (!parsed.ok) return fail(`--version: ${parsed.message}`);
  const { version } = parsed;
  const drawn = fc.sample(anyStatement(version), { seed, numRuns: count });
  const random = drawn.filter((outcome): outcome is Statement => !('refused' in outcome));
  const fixed = everyStatement(version).map(([, statement]) => statement);
  console.log(`Statements for Neo4j ${version.text}; seed ${seed}`);
  console.log(
    `  ${fixed.length} of the table, ${count} drawn, ${count - random.length} of these refused before anything was sent`,
  );
  return check(serverFor(version), [...fixed, ...random]);
}

async function checkSent(): Promise<number> {
  const root = join(import.meta.dirname, '../..');
  const files = globSync('dist/sim-statements/*.jsonl', { cwd: root });
  const sent = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly version: string; readonly text: string }),
  );
  if (sent.length === 0)
    return fail("No test has sent anything to a simulated server: run 'npm test' first.");
  let code = 0;
  for (const server of serverVersions) {
    const mine = sent.filter(({ version }) => serverFor(versionOf(version)) === server);
    console.log(`Statements that tests have sent to simulated servers of the line of ${server}`);
    const verdict = await check(
      server,
      mine.map(({ text }) => ({ text, parameters: {} })),
    );
    code = Math.max(code, verdict);
  }
  return code;
}

async function check(serverVersion: ServerVersion, statements: readonly Statement[]): Promise<number> {
  const server = await startRealServer({ version: serverVersion });
  const oracle = openOracle(server);
  try {
    const totals = await checkStatements(statements, '5', oracle);
    for (const refusal of totals.refusals) console.error(refusal);
    console.log(`  ${totals.texts} different texts, asked of ${server.name}`);
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
  if (!Number.isInteger(value) || value < 0)
    process.exit(fail(`--${name}: '${text}' is not a whole number from 0 on`));
  return value;
}

function fail(message: string): number {
  console.error(message);
  return 1;
}
