import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core, podOf } from '../controlled.spec-helper.ts';

const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const trigger = 'endpoints.kubernetes.io/last-change-trigger-time';

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  const metadata = { name: 'n', labels: { 'topology.kubernetes.io/zone': 'z' } };
  plane.ok('POST /api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata });
  await plane.wait(0);
});

async function serve(name: string, spec: object, labels: object = {}): Promise<void> {
  plane.ok(`POST ${core('default', 'services')}`, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { selector: { app: 'x' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  });
  await plane.wait(0);
}

async function run(name: string, ip: string, ready: 'True' | 'False', spec: object = {}): Promise<void> {
  const containers = [{ name: 'c', image: 'i', ports: [{ name: 'bolt', containerPort: 7687 }] }];
  plane.ok(`POST ${core('default', 'pods')}`, podOf(name, { nodeName: 'n', containers, ...spec }));
  const lastTransitionTime = `${new Date(plane.clock.now()).toISOString().slice(0, 19)}Z`;
  const conditions = [{ type: 'Ready', status: ready, lastTransitionTime }];
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions };
  plane.ok(`PATCH ${core('default', 'pods', name)}/status`, { status });
  await plane.wait(0);
}

function endpoints(name: string): SimObject {
  return plane.ok(`GET ${core('default', 'endpoints', name)}`);
}

function slices(name: string): readonly SimObject[] {
  return plane.ok(`GET ${slicesPath}?labelSelector=kubernetes.io%2Fservice-name%3D${name}`)[
    'items'
  ] as readonly SimObject[];
}

function target(name: string): object {
  const { uid } = plane.ok(`GET ${core('default', 'pods', name)}`).metadata;
  return { kind: 'Pod', namespace: 'default', name, uid };
}

describe('the endpoints of a Service', () => {
  it('are empty at first, and say whose they are', async () => {
    await serve('s', {}, { team: 'a' });
    expect(endpoints('s').metadata.labels).toEqual({
      team: 'a',
      'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    });
    expect(slices('s')).toMatchObject([
      {
        addressType: 'IPv4',
        endpoints: null,
        ports: null,
        metadata: {
          generateName: 's-',
          annotations: { [trigger]: '2026-01-01T00:00:00Z' },
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 's',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [{ kind: 'Service', name: 's', controller: true, blockOwnerDeletion: true }],
        },
      },
    ]);
  });

  it('list its pods, ready or not, with the ports they have', async () => {
    await serve('s', {});
    await run('b', '10.1.0.2', 'True');
    await run('a', '10.1.0.1', 'False');
    expect(endpoints('s')['subsets']).toEqual([
      {
        addresses: [{ ip: '10.1.0.2', nodeName: 'n', targetRef: target('b') }],
        notReadyAddresses: [{ ip: '10.1.0.1', nodeName: 'n', targetRef: target('a') }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ]);
    const place = { nodeName: 'n', zone: 'z' };
    expect(slices('s')).toMatchObject([
      {
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: [
          {
            addresses: ['10.1.0.1'],
            conditions: { ready: false, serving: false, terminating: false },
            targetRef: target('a'),
            ...place,
          },
          {
            addresses: ['10.1.0.2'],
            conditions: { ready: true, serving: true, terminating: false },
            targetRef: target('b'),
            ...place,
          },
        ],
      },
    ]);
  });

  it('publish what is not ready if asked, with names of hosts and of ports', async () => {
    const ports = [
      { name: 'bolt', port: 1, targetPort: 'bolt' },
      { name: 'raft', port: 7000 },
    ];
    await serve('s', { clusterIP: 'None', publishNotReadyAddresses: true, ports });
    await run('a', '10.1.0.1', 'False', { hostname: 'a', subdomain: 's' });
    expect(endpoints('s')).toMatchObject({
      metadata: { labels: { 'service.kubernetes.io/headless': '' } },
      subsets: [
        {
          addresses: [{ ip: '10.1.0.1', hostname: 'a' }],
          ports: [
            { name: 'bolt', port: 7687 },
            { name: 'raft', port: 7000 },
          ],
        },
      ],
    });
    plane.ok(`DELETE ${core('default', 'pods', 'a')}`);
    await plane.wait(0);
    expect(slices('s')).toMatchObject([
      { endpoints: [{ hostname: 'a', conditions: { ready: true, serving: false, terminating: true } }] },
    ]);
  });

  it('lose pods that are leaving, that are over, or that it no longer selects', async () => {
    await serve('s', {});
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) await run(name, `10.1.0.${index}`, 'True');
    plane.ok(`DELETE ${core('default', 'pods', 'a')}`);
    plane.ok(`PATCH ${core('default', 'pods', 'b')}`, { metadata: { labels: { app: 'y' } } });
    plane.ok(`PATCH ${core('default', 'pods', 'c')}/status`, { status: { phase: 'Failed' } });
    await plane.wait(0);
    expect(endpoints('s')['subsets']).toMatchObject([{ addresses: [{ targetRef: { name: 'd' } }] }]);
    expect(endpoints('s').metadata.annotations?.[trigger]).toBeUndefined();
    expect(slices('s')).toMatchObject([
      {
        endpoints: [
          { targetRef: { name: 'a' }, conditions: { ready: false, serving: true, terminating: true } },
          { targetRef: { name: 'd' } },
        ],
      },
    ]);
  });

  it('are somebody else’s without a selector, and go with the Service', async () => {
    await serve('none', { selector: null });
    await serve('s', {});
    expect(plane.ask(`GET ${core('default', 'endpoints', 'none')}`).status).toBe(404);
    plane.ok(`DELETE ${core('default', 'services', 's')}`);
    await plane.wait(0);
    expect(plane.ask(`GET ${core('default', 'endpoints', 's')}`).status).toBe(404);
    expect(slices('s')).toEqual([]);
  });

  it('cannot be loopback addresses, which is tried again for a while', async () => {
    await serve('s', {});
    await run('loop', '127.0.1.5', 'True');
    const [slice] = slices('s');
    const name = slice?.metadata.name ?? '';
    const why = 'Invalid value: "127.0.1.5": may not be in the loopback range (127.0.0.0/8, ::1/128)';
    await plane.wait(600_000);
    const said = plane.events('default').filter((event) => event.includes('FailedToUpdate'));
    expect(said).toEqual([
      `Warning FailedToUpdateEndpoint Endpoints/s: Failed to update endpoint default/s: Endpoints "s" is invalid: subsets[0].addresses[0].ip: ${why}`,
      `Warning FailedToUpdateEndpointSlices Service/s: Error updating Endpoint Slices for Service default/s: failed to update ${name} EndpointSlice for Service default/s: EndpointSlice.discovery.k8s.io "${name}" is invalid: endpoints[0].addresses[0]: ${why}`,
    ]);
    expect(endpoints('s')['subsets']).toBeUndefined();
    const all = plane.ok(`GET ${core('default', 'events')}`)['items'] as readonly SimObject[];
    const failed = all.filter(({ reason }) => String(reason).startsWith('FailedToUpdate'));
    expect(failed.map(({ count }) => count)).toEqual([16, 16]);
  });
});
