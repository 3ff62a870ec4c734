import { describe, expect, it } from '@jest/globals';
import { StartError } from '../manager/start-error.ts';
import { choiceFlag, integerFlag, namesFlag, switchFlag, textFlag } from './flag.ts';
import { flagsHelp, parseFlags } from './flags.ts';

describe('parseFlags', () => {
  it('needs none', () => {
    expect(parseFlags([])).toEqual({
      kubeconfig: undefined,
      context: undefined,
      namespaces: undefined,
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
      '--kubeconfig=k --context c --namespace n,m,n --metrics-port 0 --metrics-address 127.0.0.1 --leader-election=false --lease-namespace l --log-level debug --help';
    expect(parseFlags(args.split(' '))).toEqual({
      kubeconfig: 'k',
      context: 'c',
      namespaces: ['n', 'm'],
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
    ['--namespace=a,', '--namespace is a,: give names in lower case, separated by commas'],
    ['--namespace=A', '--namespace is A: give names in lower case, separated by commas'],
    ['--namespace=a b', '--namespace is a b: give names in lower case, separated by commas'],
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

  it('takes blanks behind the commas between names', () => {
    expect(parseFlags(['--namespace', 'a, b-c']).namespaces).toEqual(['a', 'b-c']);
  });
});

describe('parseFlags with an environment', () => {
  const envPrefix = 'TINY_';
  const env = {
    TINY_METRICS_PORT: '9090',
    TINY_NAMESPACE: 'a,b',
    TINY_LEADER_ELECTION: 'false',
    TINY_LOG_LEVEL: '',
    TINY_HELP: 'true',
    LEASE_NAMESPACE: 'not ours',
  };

  it('takes from it what is not on the command line', () => {
    expect(parseFlags(['--metrics-port', '0'], env, { envPrefix })).toMatchObject({
      metricsPort: 0,
      namespaces: ['a', 'b'],
      leaderElection: false,
      logLevel: 'info',
      leaseNamespace: undefined,
      help: false,
    });
  });

  it('names the variable that is wrong', () => {
    expect(() => parseFlags([], { TINY_LOG_LEVEL: 'loud' }, { envPrefix })).toThrow(
      new StartError('TINY_LOG_LEVEL is loud: give one of debug, info, warn, error'),
    );
  });

  it('passes over what Kubernetes sets for a Service of that name', () => {
    const links = { TINY_METRICS_PORT: 'tcp://10.0.0.1:8080' };
    expect(parseFlags([], links, { envPrefix }).metricsPort).toBe(8080);
  });

  it('does not look at it without a prefix', () => {
    expect(parseFlags([], { METRICS_PORT: '9090', TINY_METRICS_PORT: '9090' }).metricsPort).toBe(8080);
    expect(parseFlags([], { METRICS_PORT: '9090' }, { envPrefix: '' }).metricsPort).toBe(9090);
  });
});

describe('flags of an application', () => {
  const own = {
    domain: textFlag('cluster-domain', {
      placeholder: 'DOMAIN',
      help: 'of the cluster',
      absent: 'cluster.local',
    }),
    file: textFlag('file', { placeholder: 'FILE', help: 'a file (default: none)' }),
    workers: integerFlag('workers', { placeholder: 'N', help: 'at a time', from: 1, to: 9, absent: 4 }),
    mode: choiceFlag('mode', { placeholder: 'MODE', help: 'how', choices: ['a', 'b'], absent: 'a' }),
    trace: switchFlag('trace', { help: 'tell more', absent: false }),
    zones: namesFlag('zones', { placeholder: 'NAME,...', help: 'where (default: everywhere)' }),
  };

  it('are read with the others, each with its type', () => {
    const flags = parseFlags(
      ['--file=f', '--trace=true', '--log-level=warn'],
      { TINY_WORKERS: '2', TINY_CLUSTER_DOMAIN: 'example.com' },
      { envPrefix: 'TINY_', own },
    );
    const { domain, file, workers, mode, trace, zones, logLevel, metricsPort } = flags satisfies {
      readonly domain: string;
      readonly file: string | undefined;
      readonly workers: number;
      readonly mode: 'a' | 'b';
      readonly trace: boolean;
      readonly zones: readonly string[] | undefined;
    };
    expect([domain, file, workers, mode, trace, zones]).toEqual([
      'example.com',
      'f',
      2,
      'a',
      true,
      undefined,
    ]);
    expect([logLevel, metricsPort]).toEqual(['warn', 8080]);
  });

  it('are explained with the others', () => {
    const help = flagsHelp({ own });
    expect(help).toContain('\n  --cluster-domain DOMAIN   of the cluster (default: cluster.local)\n');
    expect(help).toContain('\n  --workers N               at a time (default: 4)\n');
    expect(help).toContain('\n  --trace=true              tell more\n');
  });

  it.each([
    ['--workers=0', '--workers is 0: give a number from 1 to 9'],
    ['--mode=c', '--mode is c: give one of a, b'],
    ['--trace=1', '--trace is 1: give true or false'],
  ])('are refused like the others: %s', (arg, message) => {
    expect(() => parseFlags([arg], {}, { own })).toThrow(new StartError(message));
  });

  it.each([
    ['again', 'log-level', 'log-level'],
    ['again', 'help', 'help'],
    ['namespaces', 'again', 'namespaces'],
    ['help', 'again', 'help'],
  ])('cannot be called as one that there is: %s as --%s', (key, name, twice) => {
    const again = { [key]: textFlag(name, { placeholder: 'X', help: '' }) };
    expect(() => parseFlags([], {}, { own: again })).toThrow(`two flags called ${twice}`);
  });
});

describe('flagsHelp', () => {
  it('explains each flag', () => {
    const explained = [...flagsHelp().matchAll(/^ {2}--([a-z-]+)/gm)].map(([, flag]) => flag);
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
    expect(flagsHelp()).toContain(
      '  --leader-election=false   run without a Lease; never with more than one replica\n',
    );
  });

  it('says how the environment is used, if it is', () => {
    expect(flagsHelp()).not.toContain('environment');
    expect(flagsHelp({ envPrefix: 'TINY_' })).toContain('--metrics-port as TINY_METRICS_PORT.');
  });
});
