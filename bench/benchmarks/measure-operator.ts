import { sleep, systemClock } from '@neo4j-operator/clock';
import type { Sample } from '../harness/samples.ts';
import type { Stage } from '../harness/stage.ts';
import { type Program, Subject } from '../harness/subject.ts';
import { type AuditEntry, isWrite } from '../../test/controlplane/src/index.ts';

/** When a program that has been started is synced and settled; both in milliseconds since its start. */
export type Milestones = (subject: Subject) => Promise<{ readonly synced: number; readonly settled: number }>;

/** As the program tells by itself. */
export const told: Milestones = async (subject) => {
  const synced = await subject.told('synced');
  const settled = await subject.told('settled');
  return { synced: synced.atMs, settled: settled.atMs };
};

/**
 * Starts an operator, waits until it has nothing more to do, and then for so long as `quietMs` says.
 *
 * Settled is the end of the first status write of the last Widget as the audit log has it; without status writes it is the moment
 * that the milestones give.
 */
export async function measureOperator(
  stage: Stage,
  program: Program,
  { milestones, quietMs }: { readonly milestones: Milestones; readonly quietMs: number | undefined },
): Promise<Sample> {
  const since = stage.controlPlane.audit.position();
  const subject = new Subject(program, stage.environment());
  try {
    const { synced, settled } = await milestones(subject);
    await stage.quiet('one');
    const usage = subject.usage();
    const requests = stage.requests('one', since);
    return {
      synced,
      settled: lastFirstStatusWrite(requests, subject.startedAt) ?? settled,
      ...usage,
      ...countRequests(requests),
      ...(quietMs === undefined ? {} : await measureQuiet(stage, subject, quietMs)),
    };
  } finally {
    await subject.stop();
  }
}

function lastFirstStatusWrite(requests: readonly AuditEntry[], startedAt: number): number | undefined {
  const first = new Map<string, number>();
  for (const entry of requests) {
    const { resource } = entry;
    if (resource?.subresource !== 'status' || !isWrite(entry) || entry.code >= 300) continue;
    const name = resource.name ?? '';
    first.set(name, Math.min(first.get(name) ?? Infinity, entry.stageAt));
  }
  return first.size === 0 ? undefined : Math.max(...first.values()) - startedAt;
}

function countRequests(requests: readonly AuditEntry[]): Sample {
  const count = (matches: (entry: AuditEntry) => boolean): number => requests.filter(matches).length;
  const isStatus = ({ resource }: AuditEntry): boolean => resource?.subresource === 'status';
  return {
    requests: requests.length,
    reads: count((entry) => !isWrite(entry)),
    creates: count(({ verb }) => verb === 'create'),
    patches: count((entry) => isWrite(entry) && entry.verb !== 'create' && !isStatus(entry)),
    statusWrites: count((entry) => isWrite(entry) && isStatus(entry)),
    conflicts: count(({ code }) => code === 409),
  };
}

async function measureQuiet(stage: Stage, subject: Subject, quietMs: number): Promise<Sample> {
  const since = stage.controlPlane.audit.position();
  const before = subject.usage();
  const startedAt = systemClock.now();
  await sleep(systemClock, quietMs);
  const after = subject.usage();
  const sent = stage.requests('one', since).filter(({ receivedAt }) => receivedAt >= startedAt);
  return {
    quietRequests: sent.length,
    quietCpuMs: after.cpuMs - before.cpuMs,
    quietRssMb: after.rssMb,
  };
}
