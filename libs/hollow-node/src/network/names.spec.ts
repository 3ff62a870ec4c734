import { describe, expect, it } from '@jest/globals';
import { type NamedPod, type NamedService, nameTable } from './names.ts';
import { resolveName } from './names-lookup.ts';

function pod(
  name: string,
  ip: string,
  more: { ready?: boolean; phase?: string; subdomain?: string } = {},
): NamedPod {
  const { ready = true, phase = 'Running', subdomain } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', labels: { app: 'web' } },
    spec: { hostname: name, ...(subdomain === undefined ? {} : { subdomain }) },
    status: { phase, podIP: ip, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

function service(name: string, spec: NonNullable<NamedService['spec']> = {}): NamedService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'ns' },
    spec: { selector: { app: 'web' }, ...spec },
  };
}

const pods = [
  pod('web-1', '127.0.1.2', { subdomain: 'peers' }),
  pod('web-0', '127.0.1.1', { subdomain: 'peers' }),
  pod('web-2', '127.0.1.3', { subdomain: 'peers', ready: false }),
  pod('done', '127.0.1.4', { ready: false, phase: 'Succeeded' }),
];
const domain = 'cluster.local';

describe('names', () => {
  it('lead from a Service to its pods that are ready, and from a pod of its subdomain to itself', () => {
    expect(nameTable([service('web'), service('peers')], () => pods, domain)).toEqual({
      'web.ns.svc.cluster.local': ['127.0.1.1', '127.0.1.2'],
      'peers.ns.svc.cluster.local': ['127.0.1.1', '127.0.1.2'],
      'web-0.peers.ns.svc.cluster.local': ['127.0.1.1'],
      'web-1.peers.ns.svc.cluster.local': ['127.0.1.2'],
    });
  });

  it('lead to pods that are not ready if the Service publishes them, but to none that has ended', () => {
    const table = nameTable([service('peers', { publishNotReadyAddresses: true })], () => pods, domain);
    expect(table['peers.ns.svc.cluster.local']).toEqual(['127.0.1.1', '127.0.1.2', '127.0.1.3']);
    expect(table['web-2.peers.ns.svc.cluster.local']).toEqual(['127.0.1.3']);
  });

  it('of a Service without a selector lead nowhere', () => {
    expect(nameTable([service('alone', { selector: {} })], () => pods, domain)).toEqual({
      'alone.ns.svc.cluster.local': [],
    });
  });

  it('are found in any case, with a dot at the end, and without the domain', () => {
    const table = nameTable([service('web')], () => pods, domain);
    for (const name of ['web.ns.svc.cluster.local', 'WEB.ns.svc.cluster.local.', 'web.ns.svc']) {
      expect(resolveName(table, domain, name)).toEqual(['127.0.1.1', '127.0.1.2']);
    }
  });

  it('of the cluster that nobody has are nowhere, all others are for others to answer', () => {
    expect(resolveName({}, domain, 'web.ns.svc.cluster.local')).toEqual([]);
    for (const name of ['localhost', 'neo4j.com', 'svc.cluster.local', 'x.svc.other.local']) {
      expect(resolveName({}, domain, name)).toBeUndefined();
    }
  });
});
