import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { sleep, systemClock } from '@neo4j-operator/clock';
import { describeWithServer } from './describe.ts';
import { serverVersions } from './versions.ts';

const [version] = serverVersions;
const goneWithinMs = 10_000;

describeWithServer(version, 'The end of a process that holds a server', () => {
  it('leaves nothing behind after SIGKILL', async () => {
    const holder = spawn(
      process.execPath,
      ['--conditions=@neo4j-operator/source', join(import.meta.dirname, 'hold.spec-helper.ts'), version],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(holder.stdout, 'data')) as [Buffer];
    const { home, pid } = JSON.parse(line.toString()) as { readonly home: string; readonly pid: number };
    expect([existsSync(home), isAlive(pid)]).toEqual([true, true]);

    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const deadline = systemClock.monotonic() + goneWithinMs;
    const isThere = (): boolean => existsSync(home) || isAlive(pid);
    while (isThere() && systemClock.monotonic() < deadline) await sleep(systemClock, 20);
    expect([existsSync(home), isAlive(pid)]).toEqual([false, false]);
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
