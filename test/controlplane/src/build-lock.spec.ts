import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withBuildLock } from './build-lock.ts';

let dir: string;
let lock: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(dir, '.lock');
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

const unexpected = (): never => {
  throw new Error('nobody else holds the lock');
};

describe('withBuildLock', () => {
  it('lets one work at a time and tells whoever waits for whom', async () => {
    const events: string[] = [];
    const told = Promise.withResolvers<number>();
    const first = withBuildLock(lock, unexpected, async () => {
      events.push('first begins');
      events.push(`second waits for ${String(await told.promise)}`);
    });
    const second = withBuildLock(lock, told.resolve, () => {
      events.push('second');
      return Promise.resolve();
    });
    await Promise.all([first, second]);
    expect(events).toEqual(['first begins', `second waits for ${String(process.pid)}`, 'second']);
    expect(existsSync(lock)).toBe(false);
  });

  it('is released when the work fails', async () => {
    await expect(withBuildLock(lock, unexpected, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(existsSync(lock)).toBe(false);
  });

  it('takes over from a process that is gone', async () => {
    writeFileSync(lock, String(spawnSync(process.execPath, ['--version']).pid));
    expect(await withBuildLock(lock, unexpected, () => Promise.resolve('done'))).toBe('done');
  });
});
