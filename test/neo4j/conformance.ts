// `npm run conformance:neo4j [-- --differences]`: does every interaction to real Community servers and to simulated ones, and prints which
// outcomes are equal. Fails if any differs that is not known to.
import { parseArgs } from 'node:util';
import { type Comparison, compare, interactionNames, type Verdict } from './src/conformance/compare.ts';
import { knownDifferences } from './src/conformance/known-differences.ts';
import { startSimulatedServer } from './src/conformance/simulated-server.ts';
import { type ServerVersion, serverVersions, startRealServer } from './src/index.ts';

const { values } = parseArgs({ options: { differences: { type: 'boolean', default: false } } });

type Results = ReadonlyMap<string, Comparison>;

process.exitCode = await main(values.differences);

async function main(showsDifferences: boolean): Promise<number> {
  const results = new Map<ServerVersion, Results>();
  for (const version of serverVersions) results.set(version, await compareAll(version));
  const names = [...new Set([...results.values()].flatMap((each) => [...each.keys()]))];

  console.log(`| interaction | ${serverVersions.join(' | ')} |`);
  console.log(`| --- | ${serverVersions.map(() => '---').join(' | ')} |`);
  for (const name of names) {
    const cells = serverVersions.map((version) => wordFor(results.get(version)?.get(name)?.verdict));
    console.log(`| ${name.replaceAll('|', '\\|')} | ${cells.join(' | ')} |`);
  }
  console.log('');
  const all = [...results].flatMap(([version, each]) =>
    [...each.values()].map((comparison) => ({ version, ...comparison })),
  );
  for (const version of serverVersions) {
    const mine = all.filter((comparison) => comparison.version === version);
    const count = (verdict: Verdict): number => mine.filter((each) => each.verdict === verdict).length;
    console.log(
      `${version}: ${mine.length} interactions, ${count('equal')} equal, ${count('known')} known to differ, ` +
        `${count('differs')} differ, ${count('stale')} no longer differ`,
    );
  }
  for (const { interaction, reason } of knownDifferences) console.log(`Known: ${interaction}: ${reason}`);
  const wrong = all.filter(({ verdict }) => verdict === 'differs' || verdict === 'stale');
  for (const { version, name, verdict, differences } of showsDifferences ? wrong : []) {
    console.log(`\n${version}: ${name}: ${wordFor(verdict)}`);
    for (const line of differences) console.log(`  ${line}`);
  }
  return wrong.length === 0 ? 0 : 1;
}

async function compareAll(version: ServerVersion): Promise<Results> {
  const real = await startRealServer({ version, http: true });
  try {
    const simulated = await startSimulatedServer(version);
    try {
      const comparisons = new Map<string, Comparison>();
      for (const name of interactionNames(version)) {
        comparisons.set(name, await compare({ version, real, simulated }, name));
      }
      return comparisons;
    } finally {
      await simulated.stop();
    }
  } finally {
    await real.stop();
  }
}

function wordFor(verdict: Verdict | undefined): string {
  switch (verdict) {
    case undefined:
      return '–';
    case 'equal':
      return 'equal';
    case 'differs':
      return '**differs**';
    case 'known':
      return 'differs, known';
    case 'stale':
      return '**equal, though listed**';
  }
}
