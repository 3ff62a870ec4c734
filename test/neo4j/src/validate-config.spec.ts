import { describe, expect, it } from '@jest/globals';
import { describeEachServer } from './describe.ts';
import { readIssues, validateConfig } from './validate-config.ts';

const good = 'server.memory.heap.initial_size=512m\nserver.memory.heap.max_size=1g\n';

// What it says to good configurations and to each kind of bad one is in configuration.spec.ts.
describeEachServer('validate-config', (version) => {
  it('refuses the first setting that it does not know when strict, and remarks on all when not', async () => {
    const text = `${good}dbms.cluster.nonsense=1\nno.such.setting=2\n`;
    expect(await validateConfig(version, text, { strict: true })).toEqual({
      exitCode: 78,
      issues: [
        {
          severity: 'error',
          kind: 'unrecognized',
          setting: 'dbms.cluster.nonsense',
          text: expect.stringContaining('Unrecognized setting'),
        },
      ],
    });
    const { exitCode, issues } = await validateConfig(version, text, { strict: false });
    expect(exitCode).toBe(0);
    expect(issues.map(({ severity, kind, setting }) => [severity, kind, setting])).toEqual([
      ['warning', 'unrecognized', 'dbms.cluster.nonsense'],
      ['warning', 'unrecognized', 'no.such.setting'],
    ]);
  });

  it('is strict if nothing else is said, and does as the text says if not told otherwise', async () => {
    const text = 'no.such.setting=1\n';
    expect((await validateConfig(version, text)).exitCode).toBe(78);
    const lenient = `${text}server.config.strict_validation.enabled=false\n`;
    expect((await validateConfig(version, lenient)).exitCode).toBe(0);
    expect((await validateConfig(version, lenient, { strict: true })).exitCode).toBe(78);
  });

  it('remarks on an older name', async () => {
    expect(await validateConfig(version, 'dbms.memory.heap.max_size=1g\n')).toMatchObject({
      exitCode: 0,
      issues: [{ severity: 'warning', kind: 'deprecated', setting: 'dbms.memory.heap.max_size' }],
    });
  });
});

describe('readIssues', () => {
  it('refuses output of which it does not understand every issue', () => {
    expect(() => readIssues('1 issue found.\nTrouble: something\n')).toThrow('not understood');
    expect(() => readIssues('Unmatched argument\n')).toThrow('not understood');
    expect(readIssues('1 issue found.\nWarning: Something.\n\nNo issues found.\n')).toEqual([
      { severity: 'warning', kind: 'other', text: 'Something.' },
    ]);
  });
});
