import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { alterUser, createDatabase, enableServer, grantRoles, versionOf } from '@neo4j-operator/neo4j-admin';
import { startSimCluster } from '@neo4j-operator/neo4j-sim';
import { bundle } from '../harness/bundle.ts';
import type { BenchContext } from '../harness/context.ts';
import { ratios, type Sample, spread } from '../harness/samples.ts';
import { type Program, Subject } from '../harness/subject.ts';
import { markdownTable, samplesTable } from '../harness/table.ts';

const statementsPerMeasurement = 400_000;
const msPerSecond = 1_000;

/** The connections, the statements and the simulated cluster. */
export async function benchNeo4j(context: BenchContext): Promise<string> {
  return [
    '### Neo4j: a burst of 100 statements to each of many clusters, then silence',
    await bursts(context),
    '### Neo4j: statements built per second',
    buildStatements(context),
    '### Neo4j: a simulated cluster of three servers behind Bolt, from nothing to all databases online',
    await clusterStart(context),
  ].join('\n\n');
}

async function bursts(context: BenchContext): Promise<string> {
  const clusters = context.quick ? 5 : 50;
  const idleMs = context.quick ? 35_000 : 60_000;
  const addresses = join(context.dir, 'clusters.json');
  const server = await bundle('neo4j/clusters.ts', context.dir);
  const contestants = [
    { name: 'ClusterConnections', program: await bundle('neo4j/burst-connections.ts', context.dir) },
    { name: 'driver, defaults', program: await bundle('neo4j/burst-driver.ts', context.dir) },
  ];
  const measured = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let run = 1; run <= context.runs; run++) {
    for (const { name, program } of contestants) {
      context.report(`neo4j: burst on ${clusters} clusters, run ${run}, ${name}`);
      // Servers of their own for each, or the second would find what the first has left behind.
      const simulated = new Subject({ ...server, args: [...server.args, String(clusters), addresses] });
      try {
        await simulated.told('ready');
        measured.get(name)?.push(await burst(program, addresses, idleMs));
      } finally {
        await simulated.stop();
      }
    }
  }
  const [ours = [], theirs = []] = [...measured.values()];
  const compared = ['burstSockets', 'idleSockets', 'burstMb', 'idleMb', 'burstMs'];
  return [
    `${clusters} clusters of 3, idle for ${idleMs / msPerSecond} s.`,
    samplesTable(
      [...measured].map(([name, samples]) => ({ name, samples })),
      {
        'burst, ms': 'burstMs',
        'sockets after it': 'burstSockets',
        'RSS MB after it': 'burstMb',
        'sockets when idle': 'idleSockets',
        'RSS MB when idle': 'idleMb',
        'RSS MB before': 'readyMb',
      },
    ),
    markdownTable(
      ['ClusterConnections / driver', ...compared],
      [['ratio', ...compared.map((name) => spread(ratios(ours, theirs, name)))]],
    ),
  ].join('\n\n');
}

async function burst(program: Program, addresses: string, idleMs: number): Promise<Sample> {
  const subject = new Subject({ ...program, args: [...program.args, addresses] });
  try {
    const ready = await subject.told('ready');
    const before = socketsOf(subject.pid);
    const answered = await subject.told('answered');
    const burstSockets = socketsOf(subject.pid) - before;
    await sleep(systemClock, idleMs);
    return {
      burstMs: answered.atMs - ready.atMs,
      burstSockets,
      burstMb: answered.usage.rssMb,
      idleSockets: socketsOf(subject.pid) - before,
      idleMb: subject.usage().rssMb,
      readyMb: ready.usage.rssMb,
    };
  } finally {
    await subject.stop();
  }
}

/** Sockets that a process has open (proc(5), `/proc/pid/fd`). */
function socketsOf(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => {
    try {
      return readlinkSync(join(folder, fd)).startsWith('socket:');
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}

function buildStatements({ runs, report }: BenchContext): string {
  const version = versionOf('2026.08.1');
  const topology = { primaries: 3, secondaries: 1 };
  const password = { password: 'secret-password', changeRequired: false };
  const builders = {
    enableServer: () => enableServer(version, 'graph-1', { modeConstraint: 'NONE', tags: ['ssd'] }),
    createDatabase: () => createDatabase(version, { name: 'movies', topology, txLogEnrichment: 'FULL' }),
    alterUser: () => alterUser(version, 'alice', { password, suspended: false }),
    grantRoles: () => grantRoles(version, ['reader', 'editor'], 'alice'),
  };
  const rows = Object.entries(builders).map(([name, build]) => {
    report(`neo4j: building statements, ${name}`);
    const samples = Array.from({ length: runs + 1 }, () => ({ perSecond: ratePerSecond(build) }));
    return { name, samples: samples.slice(1) };
  });
  return samplesTable(rows, { 'per second': 'perSecond' });
}

function ratePerSecond(build: () => { readonly text: string }): number {
  let characters = 0;
  const start = systemClock.monotonic();
  for (let built = 0; built < statementsPerMeasurement; built++) characters += build().text.length;
  const elapsedMs = systemClock.monotonic() - start;
  if (characters === 0) throw new Error('nothing was built');
  return Math.round((statementsPerMeasurement / elapsedMs) * msPerSecond);
}

async function clusterStart({ runs, report }: BenchContext): Promise<string> {
  const samples: Sample[] = [];
  // The first one also compiles.
  for (let run = 0; run <= runs; run++) {
    report(`neo4j: a simulated cluster, run ${run}`);
    const start = systemClock.monotonic();
    const cluster = await startSimCluster({ clock: systemClock, listen: true });
    samples.push({ ms: systemClock.monotonic() - start });
    await cluster.close();
  }
  return samplesTable(
    [
      { name: 'the first in a process', samples: samples.slice(0, 1) },
      { name: 'further ones', samples: samples.slice(1) },
    ],
    { ms: 'ms' },
  );
}
