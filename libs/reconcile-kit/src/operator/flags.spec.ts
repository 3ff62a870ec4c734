import { describe, expect, it } from '@jest/globals';
import { StartError } from '../manager/start-error.ts';
import { flagsHelp, parseFlags } from './flags.ts';

describe('parseFlags', () => {
  it('needs none', () => {
    expect(parseFlags([])).toEqual({
      kubeconfig: undefined,
      context: undefined,
      namespace: undefined,
      metricsPort: 8080,
      metricsAddress: undefined,
      leaderElection: true,
      leaseNamespace: undefined,
      logLevel: 'info',
      help: false,
    });
  });

  it('reads all of them', () => {
    const args =
      '--kubeconfig=k --context c --namespace n --metrics-port 0 --metrics-address 127.0.0.1 --leader-election=false --lease-namespace l --log-level debug --help';
    expect(parseFlags(args.split(' '))).toEqual({
      kubeconfig: 'k',
      context: 'c',
      namespace: 'n',
      metricsPort: 0,
      metricsAddress: '127.0.0.1',
      leaderElection: false,
      leaseNamespace: 'l',
      logLevel: 'debug',
      help: true,
    });
  });

  it.each([
    ['--metrics-port=65536', '--metrics-port is 65536: give a number from 0 to 65535'],
    ['--metrics-port=1e3', '--metrics-port is 1e3: give a number from 0 to 65535'],
    ['--metrics-port=0x50', '--metrics-port is 0x50: give a number from 0 to 65535'],
    ['--metrics-port=80.5', '--metrics-port is 80.5: give a number from 0 to 65535'],
    ['--metrics-port=', '--metrics-port is empty: give a value or leave it out'],
    ['--namespace=', '--namespace is empty: give a value or leave it out'],
    ['--leader-election=no', '--leader-election is no: give true or false'],
    ['--leader-election', "Option '--leader-election <value>' argument missing: see --help"],
    ['--log-level=trace', '--log-level is trace: give one of debug, info, warn, error'],
    ['--log-level=toString', '--log-level is toString: give one of debug, info, warn, error'],
    ['--nonsense', "Unknown option '--nonsense': see --help"],
    ['nonsense', "Unexpected argument 'nonsense': see --help"],
    ['--help=yes', "Option '--help' does not take an argument: see --help"],
  ])('says what is wrong with %s', (arg, message) => {
    const parse = (): unknown => parseFlags([arg]);
    expect(parse).toThrow(StartError);
    expect(parse).toThrow(expect.objectContaining({ message }));
  });

  it('takes the metrics port up to the last', () => {
    expect(parseFlags(['--metrics-port=65535']).metricsPort).toBe(65_535);
  });

  it('explains each flag', () => {
    const explained = [...flagsHelp.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
    expect(explained).toEqual([
      'kubeconfig',
      'context',
      'namespace',
      'metrics-port',
      'metrics-address',
      'leader-election',
      'lease-namespace',
      'log-level',
      'help',
    ]);
  });
});
