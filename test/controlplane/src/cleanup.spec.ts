import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { describeWithControlPlane } from './describe.ts';

interface Held {
  readonly dir: string;
  readonly etcd: number;
  readonly apiServer: number;
}

const goneWithinMs = 10_000;

describeWithControlPlane('The end of a process that holds a control plane', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('leaves nothing behind after %s', async (signal) => {
    const holder = spawn(
      process.execPath,
      ['--conditions=@neo4j-operator/source', join(import.meta.dirname, 'hold.spec-helper.ts')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    const held = JSON.parse(line.toString()) as Held;
    expect([existsSync(held.dir), isAlive(held.etcd), isAlive(held.apiServer)]).toEqual([true, true, true]);

    holder.kill(signal);
    await once(holder, 'exit');
    const deadline = systemClock.monotonic() + goneWithinMs;
    const isThere = (): boolean => existsSync(held.dir) || isAlive(held.etcd) || isAlive(held.apiServer);
    while (isThere() && systemClock.monotonic() < deadline) await sleep(systemClock, 20);
    expect([existsSync(held.dir), isAlive(held.etcd), isAlive(held.apiServer)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
