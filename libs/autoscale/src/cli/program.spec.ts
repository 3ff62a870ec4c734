import { describe, expect, it } from '@jest/globals';
import { dailyWave, formulaTools } from '../compare/tools.spec-helper.ts';
import type { Trace } from '../replay/types.ts';
import { type Outcome, runProgram } from './io.spec-helper.ts';

function csv({ times, values }: Trace): string {
  return `time,value\n${Array.from(times, (time, row) => `${time / 1000},${values[row] ?? ''}`).join('\n')}\n`;
}

const time = Date.UTC(2026, 0, 31, 12);
const server = (name: string, use: number) => ({
  name,
  state: 'ready',
  cpuRequest: 4,
  samples: { cpu: { value: use, time } },
});
const files = {
  'load.csv': csv(dailyWave(30)),
  'policy.yaml': 'secondaries:\n  maxReplicas: 10\n  metrics: [{ type: throughput, target: 0.7 }]\n',
  'cluster.yaml':
    'kind: Neo4jEnterpriseCluster\nspec:\n  autoScaling:\n    secondaries: { maxReplicas: 10, metrics: [{ type: cpu, target: 50 }] }\n',
  'seen.json': JSON.stringify({ pools: { secondaries: { servers: [server('a', 3.6), server('b', 3.6)] } } }),
};

function run(line: string, changes: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return runProgram(line, { ...files, ...changes }, formulaTools(0.2));
}

describe('the program', () => {
  it.each([
    '--help',
    'help',
    'decide --help',
    'replay --help',
    'compare -h',
    'tune --help',
    'vectors --help',
    'report --help',
  ])('helps with %s', async (line) => {
    const { code, out, err } = await run(line);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`neo4j-autoscale ${line.includes(' ') ? `${line.split(' ')[0] ?? ''} ` : ''}`);
  });

  it.each([
    ['', 'no command is given'],
    ['toString', "there is no command 'toString'"],
    ['replai --trace x', "there is no command 'replai': did you mean replay?"],
    ['replay --trase=load.csv', 'there is no flag --trase: did you mean --trace?'],
    ['vectors --xyzzy', 'there is no flag --xyzzy: there is none here'],
    ['replay --xyzzy', 'there is no flag --xyzzy: there are --trace, --policy'],
    ['replay load.csv', "'load.csv' has no meaning here"],
    ['replay --trace', '--trace has no value'],
    [
      'replay --seed -1',
      '--seed has no value: write it behind the flag, and one that begins with a dash as --seed=-1',
    ],
    ['replay --policy policy.yaml', '--trace is missing: the recorded load'],
    ['replay --trace none.csv --policy policy.yaml', 'there is no file none.csv: check the path'],
    ['replay --trace load.csv --policy none.yaml', 'there is no file none.yaml: check the path'],
    [
      'replay --trace load.csv --policy policy.yaml --join-delay soon',
      "--join-delay is 'soon': give a duration",
    ],
    [
      'replay --trace load.csv --policy policy.yaml --join-delay 0s',
      "--join-delay is '0s': give a duration above 0",
    ],
    ['replay --trace load.csv --policy policy.yaml --seed x', "--seed is 'x': give a number from 0"],
    ['replay --trace load.csv --policy policy.yaml --capacity 0', "--capacity is '0': give a number above 0"],
    [
      'replay --trace load.csv --policy policy.yaml --interval 1ms',
      'load is 30 d long, which is more than 2,000,000 times an interval of 0 s: give a longer --interval',
    ],
    ['replay --trace load.csv --policy policy.yaml --interval 99d', 'nothing of load would be scored'],
    ['replay --trace load.csv --policy policy.yaml --warm-up 100%', 'nothing of load would be scored'],
    ['replay --trace load.csv --policy policy.yaml --value-column w', 'use --time-column and --value-column'],
    [
      'replay --trace load.csv --policy policy.yaml --json readonly/x',
      'readonly/x cannot be written: permission denied',
    ],
    ['compare', 'there is no load: give --trace FILE.csv or --family daily'],
    ['compare --family hourly', "there is no family 'hourly': there are daily, weekly"],
    ['compare --family daily:x', "--family is 'daily:x': give NAME:SEED"],
    ['compare --family daily --delay 5x', "--delay is '5x': give a duration"],
    ['compare --family daily --policy policy.yaml --baseline policy.yaml', 'two policies have the same name'],
    ['tune --trace load.csv --policy policy.yaml', '--violations is missing'],
    ['tune --trace load.csv --policy policy.yaml --violations 200%', "--violations is '200%': give a share"],
    ['decide --policy cluster.yaml', '--observation is missing'],
    [
      'decide --policy cluster.yaml --observation seen.json --now 99999999999999999',
      'The time of an evaluation is',
    ],
    ['decide --policy cluster.yaml --observation policy.yaml', 'policy.yaml is no JSON'],
    ['decide --policy cluster.yaml --observation seen.json --now noon', "--now is 'noon': give a moment"],
    ['decide --policy cluster.yaml --observation seen.json --history policy.yaml', 'policy.yaml: '],
  ])('says what is wrong with: %s', async (line, message) => {
    const { code, out, err } = await run(line);
    expect(err).toContain(message);
    expect(err).not.toMatch(/\n {4}at /);
    expect(code).toBe(2);
    expect(out === '' || line.includes('readonly')).toBe(true);
  });

  it('names every wrong field of a policy in a line of its own', async () => {
    const policy = 'secondaries:\n  maxReplicas: -1\n  metrics: [{ type: cpu, target: -5 }]\n';
    const { code, err } = await run('replay --trace load.csv --policy bad.yaml', { 'bad.yaml': policy });
    expect(code).toBe(2);
    expect(err).toMatch(/^neo4j-autoscale: bad\.yaml is no policy:$/m);
    expect(err).toMatch(/^ {2}secondaries\.maxReplicas is -1/m);
    expect(err).toMatch(/^ {2}secondaries\.metrics\[0\]\.target is -5/m);
  });

  it.each([
    ['a: [', 'bad.yaml is no YAML'],
    ['a: *b', 'bad.yaml is no YAML: Unresolved alias'],
    ['a: 1\n---\nb: 2', 'bad.yaml is no YAML: it holds more than one document'],
    ['kind: Neo4jEnterpriseCluster\nspec: { topology: {} }', 'bad.yaml has no block spec.autoScaling'],
    [`autoScaling: { secondaries: 3 }`, 'secondaries is 3'],
    ['', 'bad.yaml is no policy'],
  ])('refuses %j as a policy', async (text, message) => {
    const { code, err } = await run('replay --trace load.csv --policy bad.yaml', { 'bad.yaml': text });
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  it('names the line of a load that cannot be read', async () => {
    const { code, err } = await run('replay --trace bad.csv --policy policy.yaml', {
      'bad.csv': 'time,value\n2026-01-01,1\n2026-01-02,-3\n',
    });
    expect(code).toBe(2);
    expect(err).toContain('bad.csv: line 3: -3 is below zero');
  });
});

describe('decide', () => {
  it('decides from a policy and an observation, at the time of the newest sample', async () => {
    const { code, out } = await run('decide --policy cluster.yaml --observation seen.json --json');
    const decision = JSON.parse(out) as {
      time: number;
      pools: { secondaries: { desired: number; sentence: string } };
    };
    expect(code).toBe(0);
    expect(decision.time).toBe(time);
    expect(decision.pools.secondaries.desired).toBeGreaterThan(2);
  });

  it('reads files with a byte order mark', async () => {
    const marked = {
      'policy.yaml': `\uFEFF${files['cluster.yaml']}`,
      'seen.json': `\uFEFF${files['seen.json']}`,
    };
    expect(await run('decide --policy policy.yaml --observation seen.json', marked)).toMatchObject({
      code: 0,
    });
  });

  it('prints for people what is decided and why', async () => {
    const { out } = await run('decide --policy cluster.yaml --observation seen.json');
    expect(out).toMatch(/secondaries: 2 now/);
    expect(out).toContain('cpu');
  });

  it('goes on from the history that it wrote', async () => {
    const first = await run('decide --policy cluster.yaml --observation seen.json --history-out h.txt');
    const later = 'decide --policy cluster.yaml --observation seen.json --history h.txt --json';
    const before = `${later} --now ${time - 60_000}`;
    const { out } = await run(before, first.files);
    expect(out).toContain('ClockWentBackwards');
    expect((await run(later.replace('--history h.txt ', '') + ` --now ${time - 60_000}`)).out).not.toContain(
      'ClockWentBackwards',
    );
  });

  it('says everything that is wrong with the shape of an observation', async () => {
    const { code, err } = await run('decide --policy cluster.yaml --observation bad.json', {
      'bad.json': JSON.stringify({
        pools: {
          tertiaries: {},
          secondaries: { servers: [{ state: 'up', samples: { cpu: 3 } }] },
          primaries: {},
        },
        databases: 3,
      }),
    });
    expect(code).toBe(2);
    expect(err.split('\n').slice(1)).toEqual([
      expect.stringContaining('pools.tertiaries is no pool'),
      expect.stringContaining('pools.secondaries.servers[0].name is missing'),
      expect.stringContaining('pools.secondaries.servers[0].state is wrong'),
      expect.stringContaining('pools.secondaries.servers[0].samples.cpu is wrong'),
      expect.stringContaining('pools.primaries.servers is missing'),
      expect.stringContaining('databases is wrong'),
    ]);
  });
});

describe('replay', () => {
  it('plays a policy over a load with the engine, and writes what came of it', async () => {
    const line =
      'replay --trace load.csv --policy policy.yaml --join-delay 15m --interval 1h --json r.json --svg r.svg';
    const { code, out, files: written } = await runProgram(line, { ...files, 'load.csv': csv(dailyWave(3)) });
    expect(code).toBe(0);
    expect(out).toMatch(/^capacity of a server: 0\.6\d events per second/);
    const result = JSON.parse(written['r.json'] ?? '') as { steps: number; quorumRiskSeconds: number };
    expect(result).toMatchObject({ steps: 48, quorumRiskSeconds: 0 });
    expect(written['r.svg']).toMatch(/^<svg /);
  });

  it('takes the capacity, the delays and the targets as they are given', async () => {
    const tools = formulaTools(0);
    const line =
      'replay --trace load.csv --policy policy.yaml --capacity 2 --join-delay 1h --spread 0 --drain 1m --mtbf none --missing 1% --seed 9';
    const { out } = await runProgram(line, files, tools);
    expect(out).not.toContain('capacity of a server');
    expect(tools.replays[0]).toMatchObject({
      seed: 9,
      interval: 300_000,
      pool: { capacity: 2, joinDelay: 3_600_000, joinSpread: 0, drainDelay: 60_000, missingSamples: 0.01 },
    });
    expect(tools.replays[0]?.pool.meanTimeBetweenFailures).toBeUndefined();
    expect(tools.replays[0]?.policy.pools.secondaries?.metrics[0]?.target).toBe(0.7);
  });
});

it('a replay says when a target is more than a server takes', async () => {
  const line = 'replay --trace load.csv --policy policy.yaml --capacity';
  expect((await run(`${line} 0.5`)).err).toContain('the target of throughput is 0.7, and a server takes 0.5');
  expect((await run(`${line} 0.8`)).err).toBe('');
});

describe('compare', () => {
  it('prints a table, tells how far it is, and writes page, data and picture', async () => {
    const line = 'compare --trace load.csv --family daily:3 --days 9 --delay 15m,1h --resamples 20 --out dir';
    const { code, out, err, files: written } = await run(line);
    expect(code).toBe(0);
    expect(out).toMatch(/load .* better/);
    expect(out).toContain('left out: load at 15 min');
    expect(err.split('\n')).toHaveLength(3);
    expect(err).toMatch(/^3\/3 daily-3 at 60 min: predictive \+/m);
    const data = JSON.parse(written['dir/comparison.json'] ?? '') as { cases: readonly unknown[] };
    expect(data.cases).toHaveLength(3);
    expect(written['dir/comparison.md']).toContain('](fronts.svg)');
    expect(written['dir/fronts.svg']).toMatch(/^<svg /);
  });

  it('compares policies from files with the default one without forecasts, or with another file', async () => {
    const line = 'compare --trace load.csv --policy policy.yaml --delay 1h --resamples 5 --json';
    const report = JSON.parse((await run(line)).out) as {
      baseline: string;
      cases: { sweeps: { contender: string }[] }[];
    };
    expect(report.baseline).toBe('hpa');
    expect(report.cases[0]?.sweeps.map(({ contender }) => contender)).toEqual(['policy', 'hpa']);
    const other = JSON.parse((await run(`${line} --baseline cluster.yaml`)).out) as { baseline: string };
    expect(other.baseline).toBe('cluster');
  });
});

describe('report', () => {
  it('writes a page over all families with pictures beside it', async () => {
    const { code, files: written } = await run(
      'report --out pages/page.md --days 9 --delay 1h --resamples 5',
    );
    expect(code).toBe(0);
    expect(written['pages/page.md']).toMatch(/^# /);
    for (const family of [
      'daily',
      'weekly',
      'growing',
      'constant',
      'random-walk',
      'bursts',
      'level-shift',
      'ramp',
    ])
      expect(written['pages/page.md']).toContain(`| ${family}-1 `);
    expect(written['pages/page.md']).toContain('](page-fronts.svg)');
    expect(Object.keys(written)).toEqual(
      expect.arrayContaining(['pages/page-fronts.svg', 'pages/page-replay.svg']),
    );
  });
});

describe('tune', () => {
  const line = 'tune --trace load.csv --policy policy.yaml --join-delay 1h --violations';

  it('proposes targets and says whether they held up', async () => {
    const { code, out } = await run(`${line} 1%`);
    expect(code).toBe(0);
    expect(out).toMatch(/choose secondaries\.throughput 0\.\d+: .* violations/);
    expect(out).toMatch(/It (held up|did not hold up) on the 10 days after them/);
  });

  it('writes targets as a policy can have them, however small or large', async () => {
    expect((await run(`${line} 1% --capacity 0.03`)).out).toContain('secondaries.throughput 0.0045 ');
    expect((await run(`${line} 1% --capacity 30000`)).out).toContain('secondaries.throughput 4500 ');
  });

  it('ends with 1 if no target keeps the wish', async () => {
    const tools = formulaTools(0);
    const hopeless = {
      ...tools,
      replay: (settings: Parameters<typeof tools.replay>[0]) => {
        const result = tools.replay(settings);
        return { ...result, days: result.days.map((day) => ({ ...day, violations: day.steps })) };
      },
    };
    const { code, out } = await runProgram(`${line} 1%`, files, hopeless);
    expect(code).toBe(1);
    expect(out).toContain('no target keeps violations at 1.0 %');
  });
});

describe('vectors', () => {
  it('ends with 2 without a file that can be read', async () => {
    expect((await run('vectors')).code).toBe(2);
    expect(await run('vectors none.jsonl')).toMatchObject({
      code: 2,
      out: expect.stringContaining('none.jsonl'),
    });
  });
});
