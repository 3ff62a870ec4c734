import { describe, expect, it } from '@jest/globals';
import type { HostProcess } from '@neo4j-operator/reconcile-kit';
import { run } from './run.ts';

/** A process that is given a command line, and remembers what it has said. */
function processWith(args: readonly string[], env: HostProcess['env'] = {}) {
  const said = { stdout: '', stderr: '' };
  const sink = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[stream] += text;
    },
  });
  const host: HostProcess = {
    argv: ['node', 'operator.mjs', ...args],
    env,
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    on: () => undefined,
    off: () => undefined,
    exit: () => undefined,
  };
  return { host, said };
}

describe('the program', () => {
  it('explains itself and ends with 0', async () => {
    const { host, said } = processWith(['--help']);
    expect(await run(host)).toBe(0);
    expect(said.stdout).toMatch(/^neo4j-operator: .*--kubeconfig FILE.*--cluster-domain DOMAIN/s);
    expect(said.stderr).toBe('');
  });

  it.each([
    [['--kubeconfg=x'], {}, "neo4j-operator: Unknown option '--kubeconfg': see --help\n"],
    [
      [],
      { NEO4J_OPERATOR_LOG_LEVEL: 'loud' },
      'neo4j-operator: NEO4J_OPERATOR_LOG_LEVEL is loud: give one of debug, info, warn, error\n',
    ],
  ])('refuses %j with %j in one sentence and ends with 2', async (args, env, sentence) => {
    const { host, said } = processWith(args, env);
    expect(await run(host)).toBe(2);
    expect(said).toEqual({ stdout: '', stderr: sentence });
  });
});
