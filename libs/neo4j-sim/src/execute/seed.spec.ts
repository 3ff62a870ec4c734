import { describe, expect, it } from '@jest/globals';
import { formedCluster } from '../lifecycle.spec-helper.ts';

describe('a seed from a server', () => {
  it.each(['5.26.30', '2026.08.1'])('fails on %s, which shows only in the status', async (version) => {
    const { admin, clock, cluster, done, seen } = await formedCluster({ version });
    const ids = [admin().id, 'no-such-server'];
    for (const [index, id] of ids.entries()) {
      await done(`CREATE DATABASE db${index} OPTIONS $o`, {
        o: { existingData: 'use', existingDataSeedServer: id },
      });
    }
    await clock.advance(20_000);
    for (const index of ids.keys()) {
      const rows = await seen(`SHOW DATABASE db${index}`);
      expect(rows).not.toEqual([]);
      for (const row of rows) {
        expect(row).toMatchObject({
          currentStatus: 'offline',
          statusMessage: 'No store found on any of the seeders.',
        });
      }
    }
    await cluster.close();
  });
});
