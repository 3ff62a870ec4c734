import { describe, expect, it } from '@jest/globals';
import { sampleCluster, sampleServers, rendered } from './samples.spec-helper.ts';
import { renderShared } from './shared.ts';

const cluster = sampleCluster({ topology: { primaries: 3, secondaries: 1 } });
const { client, headless, admin, budget } = renderShared({
  cluster,
  lastServer: 4,
  mayDisrupt: true,
  edition: 'enterprise',
});

function portsOf({ spec }: typeof client): readonly string[] {
  return spec.ports.map(({ name, port }) => `${name} ${port}`);
}

describe('the objects that a cluster has once', () => {
  it('lead clients to servers that are ready', () => {
    expect(client.metadata.name).toBe('graph');
    expect(client.spec.publishNotReadyAddresses).toBeUndefined();
    expect(portsOf(client)).toEqual(['bolt 7687', 'http 7474']);
  });

  it('name all servers in DNS', () => {
    expect(headless.metadata.name).toBe('graph-servers');
    expect(headless.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(sampleServers(cluster).map((input) => rendered(input).statefulSet.spec.serviceName)).toEqual(
      Array.from({ length: 4 }, () => 'graph-servers'),
    );
  });

  it('lead administrators to servers in any state, and remember the highest number', () => {
    expect(admin.metadata).toMatchObject({
      name: 'graph-admin',
      annotations: { 'neo4j.neo4j.com/last-server': '4' },
    });
    expect(admin.spec.publishNotReadyAddresses).toBe(true);
    expect(portsOf(admin)).toEqual(['bolt 7687', 'http 7474', 'backup 6362', 'metrics 2004']);
  });

  it('have no ports that Community Edition does not listen on', () => {
    const community = renderShared({ cluster, lastServer: 1, mayDisrupt: true, edition: 'community' });

    expect(portsOf(community.admin)).toEqual(['bolt 7687', 'http 7474']);
    expect(portsOf(community.headless)).toEqual(['bolt 7687', 'http 7474']);
  });

  it('let one of the servers that may host primaries go, or none', () => {
    const none = renderShared({ cluster, lastServer: 4, mayDisrupt: false, edition: 'enterprise' }).budget;

    expect([budget.spec.maxUnavailable, none.spec.maxUnavailable]).toEqual([1, 0]);
    expect(budget.metadata.name).toBe('graph');
  });

  it('select just the pods that they are for', () => {
    const pods = sampleServers(cluster).map(
      (input) => rendered(input).statefulSet.spec.template.metadata.labels,
    );
    const selected = (selector: Readonly<Record<string, string>>) =>
      pods.filter((labels) => Object.entries(selector).every(([key, value]) => labels[key] === value)).length;

    expect([client, headless, admin].map(({ spec }) => selected(spec.selector))).toEqual([4, 4, 4]);
    expect(selected(budget.spec.selector.matchLabels)).toBe(3);
    expect(sampleServers(cluster).map((input) => selected(rendered(input).service.spec.selector))).toEqual([
      1, 1, 1, 1,
    ]);
    expect(
      sampleServers(cluster).map((input) => selected(rendered(input).statefulSet.spec.selector.matchLabels)),
    ).toEqual([1, 1, 1, 1]);
  });

  it('belong to the cluster', () => {
    for (const { metadata } of [client, headless, admin, budget]) {
      expect(metadata.ownerReferences).toMatchObject([{ uid: 'uid-of-graph', controller: true }]);
      expect(metadata).toMatchObject({ namespace: 'prod', labels: { 'neo4j.neo4j.com/cluster': 'graph' } });
    }
  });
});
