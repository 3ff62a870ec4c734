import { describe, expect, it } from '@jest/globals';
import { secretText } from '@neo4j-operator/cluster-access';
import { formationOf } from '../model/formation.ts';
import { renderClaim, renderSecret } from './once.ts';
import { sampleCluster } from './samples.spec-helper.ts';

const password = 'Ab1'.repeat(10);

describe('a claim', () => {
  const cluster = sampleCluster({ storage: { size: '1024Mi', className: 'fast' } });
  const formation = formationOf(cluster.spec);
  const claim = renderClaim({ cluster, number: 3, pool: 'primary', systemMode: 'PRIMARY', formation });

  it('outlives the cluster', () => {
    expect(claim.metadata.ownerReferences).toBeUndefined();
  });

  it('tells all that a server has to know again after everything else is gone', () => {
    expect(claim.metadata).toMatchObject({
      name: 'graph-3',
      labels: {
        'neo4j.neo4j.com/cluster': 'graph',
        'neo4j.neo4j.com/server': '3',
        'neo4j.neo4j.com/pool': 'primary',
        'neo4j.neo4j.com/role': 'data',
      },
      annotations: { 'neo4j.neo4j.com/system-mode': 'PRIMARY' },
    });
    expect(JSON.parse(claim.metadata.annotations?.['neo4j.neo4j.com/formation'] ?? '')).toEqual(formation);
  });

  it('asks for the storage in the words of the API server', () => {
    expect(claim.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '1Gi' } },
    });
  });
});

describe('a Secret', () => {
  const cluster = sampleCluster();

  it.each([
    ['bootstrap', 'graph-bootstrap', 'neo4j'],
    ['operator-account', 'graph-operator', 'neo4j-operator'],
    ['admin', 'graph-auth', 'neo4j'],
  ] as const)('for %s has a login, and outlives the cluster', (role, name, username) => {
    const secret = renderSecret(cluster, role, () => password);

    expect(secret.metadata).toMatchObject({
      name,
      namespace: 'prod',
      labels: { 'neo4j.neo4j.com/role': role },
    });
    expect(secret.metadata.ownerReferences).toBeUndefined();
    expect([secretText(secret, 'username'), secretText(secret, 'password')]).toEqual([username, password]);
  });

  it('for the first start says it in the form that the image reads', () => {
    const bootstrap = renderSecret(cluster, 'bootstrap', () => password);

    expect(secretText(bootstrap, 'auth')).toBe(`neo4j/${password}`);
    expect(
      secretText(
        renderSecret(cluster, 'admin', () => password),
        'auth',
      ),
    ).toBeUndefined();
  });
});
