import { describe, expect, it } from '@jest/globals';
import { StartError } from '@neo4j-operator/reconcile-kit';
import { help, readFlags } from './flags.ts';

describe('the command line', () => {
  it('can be empty', () => {
    expect(readFlags([], {})).toMatchObject({
      namespaces: undefined,
      leaderElection: true,
      leaseNamespace: undefined,
      metricsPort: 8080,
      clusterDomain: 'cluster.local',
    });
  });

  it('goes before the environment', () => {
    const env = {
      NEO4J_OPERATOR_CLUSTER_DOMAIN: 'example.com',
      NEO4J_OPERATOR_NAMESPACE: 'a, b',
      NEO4J_OPERATOR_LEADER_ELECTION: 'false',
    };
    expect(readFlags(['--cluster-domain=example.org'], env)).toMatchObject({
      namespaces: ['a', 'b'],
      leaderElection: false,
      clusterDomain: 'example.org',
    });
  });

  it.each([
    [['--cluster-domian=x'], {}, "Unknown option '--cluster-domian': see --help"],
    [['--cluster-domain='], {}, '--cluster-domain is empty: give a value or leave it out'],
    [
      [],
      { NEO4J_OPERATOR_METRICS_PORT: 'http' },
      'NEO4J_OPERATOR_METRICS_PORT is http: give a number from 0 to 65535',
    ],
  ])('is refused in one sentence: %j %j', (args, env, message) => {
    const read = (): unknown => readFlags(args, env);
    expect(read).toThrow(StartError);
    expect(read).toThrow(expect.objectContaining({ message }));
  });

  it('is explained, with what holds by default and how the environment says the same', () => {
    expect(help).toMatch(/^neo4j-operator: runs Neo4j clusters on Kubernetes\n/);
    expect(help).toMatch(/\n {2}--cluster-domain DOMAIN +the DNS domain .* \(default: cluster\.local\)\n/);
    expect(help).toMatch(/\n {2}--namespace NAME,\.\.\. +look at these namespaces only \(default: all\)\n/);
    expect(help).toContain('NEO4J_OPERATOR_METRICS_PORT');
  });
});
