// The seeds of a run, shared out over several files, which Jest may run at the same time.
import { describe, expect, it } from '@jest/globals';
import { simulate } from './simulation.spec-helper.ts';

const { SIMULATION_COUNT = '200', SIMULATION_SEED, SIMULATION_TRACE } = process.env;

/** How many files there are. */
const shards = 2;

/** One of them: every second seed from the `shard`-th on, or the one that is asked for. */
export function describeLives(shard: number): void {
  const seeds =
    SIMULATION_SEED === undefined
      ? Array.from({ length: Number(SIMULATION_COUNT) }, (_, index) => index + 1)
      : [Number(SIMULATION_SEED)];
  const own = seeds.filter((seed) => seed % shards === shard % shards);
  describe('A cluster with a life of edits and faults comes to be what its spec says', () => {
    if (own.length === 0) it.skip('has none of the seeds', () => undefined);
    for (const seed of own) {
      it(`with seed ${seed}`, async () => {
        await expect(simulate(seed, traceTo(SIMULATION_TRACE))).resolves.toBeUndefined();
      });
    }
  });
}

function traceTo(wanted: string | undefined): ((line: string) => void) | undefined {
  if (wanted !== '1') return undefined;
  return (line) => {
    process.stdout.write(`${line}\n`);
  };
}
