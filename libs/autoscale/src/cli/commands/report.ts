import { casesOf } from '../../compare/cases.ts';
import { checkedPolicy } from '../../compare/error.ts';
import { frontsSvg } from '../../compare/fronts-svg.ts';
import { comparisonMarkdown } from '../../compare/report.ts';
import { endOf } from '../../compare/setting.ts';
import { minutes } from '../../compare/text.ts';
import { withTargets } from '../../compare/targets.ts';
import type { ComparisonCase, Tools } from '../../compare/types.ts';
import { replaySvg } from '../../replay/plot.ts';
import { syntheticFamilies } from '../../replay/synthetic.ts';
import type { Command, ExitCode } from '../command.ts';
import { baseName, writeFile } from '../files.ts';
import { comparisonFlags, comparisonOf, runComparison } from './compare.ts';

/** Fraction of the capacity that the pictured replay aims at. */
const picturedFraction = 0.73;
const picturedDays = 7;

export const report: Command = {
  summary: 'compares the default policy with and without forecasts on many loads, and writes a page about it',
  synopsis: '--out FILE.md [--trace FILE.csv]... [OPTIONS]',
  notes: 'Without --family it takes all synthetic families. Pictures are written beside the page.',
  flags: {
    out: { kind: 'text', value: 'FILE', help: 'the page, Markdown' },
    ...comparisonFlags,
  },
  run: async (args, io, tools): Promise<ExitCode> => {
    const out = args.required('out');
    const everyFamily = { ...args, list: (name: string) => valuesOf(name, args.list(name)) };
    const options = comparisonOf(everyFamily, io);
    const comparison = await runComparison(options, args, io);
    const stem = out.replace(/\.md$/, '');
    const pictured = casesOf(options).cases.reduce<ComparisonCase | undefined>(longestJoin, undefined);
    writeFile(`${stem}-fronts.svg`, frontsSvg(comparison), io);
    if (pictured !== undefined) writeFile(`${stem}-replay.svg`, replaySvg(lastDays(pictured, tools)), io);
    const name = baseName(out);
    const page = [
      '# How well the autoscaler decides',
      method,
      comparisonMarkdown(comparison, `${name}-fronts.svg`).trimEnd(),
      ...(pictured === undefined
        ? []
        : [
            `The last ${picturedDays} days of ${pictured.trace.name}, where a server takes ${minutes(pictured.pool.joinDelay)} to join, at a target of ${100 * picturedFraction} % of its capacity:`,
            `![Demand, supply and forecast](${name}-replay.svg)`,
          ]),
    ];
    writeFile(out, `${page.join('\n\n')}\n`, io);
    io.print(`wrote ${out}`);
    return 0;
  },
};

const method = `This page is written by \`npm run autoscale:report\`. Each load is replayed through a simulated pool with the default policy, once with forecasts that may add servers (\`predictive\`) and once without (\`hpa\`, the semantics of the Horizontal Pod Autoscaler). Both have the same limits, join one server after another, and see the same load, failures and lost samples; only the target is swept, on both sides over the same fractions of what a server can take. That is set so that eight servers can take the load of 99 % of the first third, and a pool has at most 32. A load is seasonal if the library's own test finds a season in its first third, of which it sees nothing but 5-minute means; scoring starts after it. Between the rows of a recording the load is a Poisson process around it, and a load counts only for join delays of at least its own step.`;

function valuesOf(name: string, values: readonly string[]): readonly string[] {
  return name === 'family' && values.length === 0 ? syntheticFamilies : values;
}

/** The case where forecasts matter most: of the first trace, the longest join. */
function longestJoin(best: ComparisonCase | undefined, one: ComparisonCase): ComparisonCase {
  if (best === undefined) return one;
  return one.trace === best.trace && one.pool.joinDelay > best.pool.joinDelay ? one : best;
}

function lastDays({ trace, contenders, pool, interval, seed }: ComparisonCase, tools: Tools) {
  const policy = checkedPolicy(withTargets(contenders[0]?.policy ?? {}, picturedFraction, pool.capacity));
  const scoreFrom = endOf(trace) - picturedDays * 86_400_000;
  return tools.replay({ trace, policy: { ...policy, interval }, pool, interval, seed, scoreFrom });
}
