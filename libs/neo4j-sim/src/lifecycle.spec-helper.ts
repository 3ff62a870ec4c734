import { VirtualClock, seededRng } from '@neo4j-operator/clock';
import type { SimValue } from './contract.ts';
import type { SimServer } from './model/server.ts';
import { realTimings } from './model/timings.ts';
import { resultOf, rows, run } from './session.spec-helper.ts';
import { SimCluster, type SimClusterOptions } from './sim-cluster.ts';

/** A cluster under virtual time that has formed, with short ways to do and to see things. */
export interface Lab {
  readonly clock: VirtualClock;
  readonly cluster: SimCluster;
  /** The leader of `system`, which has to be there. */
  admin(): SimServer;
  /** Runs a statement there that has to succeed. */
  done(text: string, parameters?: Readonly<Record<string, SimValue>>): Promise<void>;
  /** The rows of a statement there. */
  seen(
    text: string,
    parameters?: Readonly<Record<string, SimValue>>,
  ): Promise<readonly Readonly<Record<string, SimValue>>[]>;
}

export async function formedCluster(options: Partial<SimClusterOptions> = {}): Promise<Lab> {
  const clock = new VirtualClock();
  const cluster = new SimCluster({ clock, rng: seededRng(3), timings: realTimings, ...options });
  for (let index = 0; index < (options.servers ?? 3); index++) await cluster.add();
  await clock.advance(20_000);
  if (!cluster.isSettled()) throw new Error('the cluster did not form');
  const admin = (): SimServer => {
    const leader = cluster.leader();
    if (leader === undefined) throw new Error('nobody leads the system database');
    return leader;
  };
  return {
    clock,
    cluster,
    admin,
    done: async (text, parameters) => {
      resultOf(await run(admin(), text, parameters));
    },
    seen: async (text, parameters) => rows(await run(admin(), text, parameters)),
  };
}
