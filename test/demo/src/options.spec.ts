import { describe, expect, it } from '@jest/globals';
import { readOptions, UsageError } from '../../../tools/demo/options.ts';

const read = (...args: readonly string[]) => readOptions(args, '/home/me');

describe('The options of the demo', () => {
  it('are all simulated, and stay, unless something else is asked for', () => {
    expect(read()).toEqual({
      help: false,
      once: false,
      controlPlane: 'simulated',
      neo4j: 'simulated',
      kubeconfig: undefined,
      timeoutMs: 120_000,
      file: undefined,
    });
  });

  it('can be real, each for itself, in either way of writing', () => {
    expect(read('--control-plane=real', '--neo4j', 'real')).toMatchObject({
      controlPlane: 'real',
      neo4j: 'real',
    });
    expect(read('--neo4j=simulated')).toMatchObject({ controlPlane: 'simulated', neo4j: 'simulated' });
  });

  it('give more time to what is real and slow, unless a time is given', () => {
    expect(read('--neo4j=real').timeoutMs).toBe(300_000);
    expect(read('--kubeconfig=k').timeoutMs).toBe(300_000);
    expect(read('--neo4j=real', '--timeout=2.5').timeoutMs).toBe(2500);
  });

  it('look for files where the user is', () => {
    expect(read('--file=a.yaml').file).toBe('/home/me/a.yaml');
    expect(read('--kubeconfig=../k').kubeconfig).toBe('/home/k');
    expect(read('--file=/etc/a.yaml').file).toBe('/etc/a.yaml');
  });

  it.each([
    [['--twice'], "Unknown option '--twice'"],
    [['a.yaml'], "Unexpected argument 'a.yaml'"],
    [['--neo4j=docker'], '--neo4j takes real or simulated'],
    [['--control-plane='], '--control-plane takes real or simulated'],
    [['--timeout=soon'], '--timeout takes a number of seconds'],
    [['--timeout=0'], '--timeout takes a number of seconds'],
    [['--kubeconfig=k', '--neo4j=real'], '--kubeconfig brings its own control plane and nodes'],
  ])('refuse %j', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });
});
