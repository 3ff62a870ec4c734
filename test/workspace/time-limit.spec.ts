import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const spawnModule = join(import.meta.dirname, '../../tools/setup/spawn.mjs');

/** Runs `runWithin` in a process of its own, as its output is the terminal's. */
async function runWithin(limitMs: number, script: string): Promise<string> {
  const program = `
    import { runWithin } from ${JSON.stringify(spawnModule)};
    console.log('-> ' + await runWithin(${limitMs}, 'sh', ['-c', ${JSON.stringify(script)}], { cwd: '/', env: process.env }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  // Its pipes are closed only when nothing that it has started is left to hold them.
  await once(child, 'close');
  return output;
}

describe('a command with a time limit', () => {
  it('that ends in time gives its exit code', async () => {
    expect(await runWithin(60_000, 'exit 7')).toBe('-> 7\n');
  });

  it('that hangs is killed with all that it has started, and says what that was', async () => {
    const output = await runWithin(500, 'sleep 61.5 & sh -c "sleep 62.5; true" & wait');
    expect(output).toContain('sh has not ended within 0.5 s');
    expect(output).toMatch(/sleep 61\.5/);
    expect(output).toMatch(/sleep 62\.5/);
    expect(output).toContain('-> overdue');
  });
});
