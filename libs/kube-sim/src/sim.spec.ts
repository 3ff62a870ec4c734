import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { configMap, configMaps, simulated, type Simulated, type Watched } from './simulated.spec-helper.ts';

const listed = ({ call }: Simulated, query = ''): Map<string, string> =>
  new Map(
    call(`GET ${configMaps}${query}`).body.items.map(({ metadata }) => [
      metadata.name,
      metadata.resourceVersion,
    ]),
  );

function follow(state: Map<string, string>, { events }: Watched): Map<string, string> {
  for (const { type, object } of events) {
    const { name, resourceVersion } = object.metadata as { name?: string; resourceVersion: string };
    if (name === undefined) continue;
    if (type === 'DELETED') state.delete(name);
    else state.set(name, resourceVersion);
  }
  return state;
}

describe('a control plane', () => {
  it('shows by list and watch what is stored, however writes and reads interleave', () => {
    const write = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd'),
      kind: fc.constantFrom('create', 'change', 'label', 'delete', 'list', 'lag', 'catch up'),
      value: fc.constantFrom('1', '2', '3'),
    });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 40 }), (writes) => {
        const simulation = simulated();
        const { call, watch, sim } = simulation;
        let { resourceVersion } = call(`GET ${configMaps}`).body.metadata as { resourceVersion: string };
        let known = listed(simulation);
        let watched = watch(`${configMaps}?watch=true&resourceVersion=${resourceVersion}`);
        const selected = watch(`${configMaps}?watch=true&labelSelector=x%3D1`);
        let release = (): void => undefined;
        for (const { name, kind, value } of writes) {
          if (kind === 'create') call(`POST ${configMaps}`, configMap(name, { labels: { x: value } }));
          else if (kind === 'change') call(`PATCH ${configMaps}/${name}`, { data: { a: value } });
          else if (kind === 'label')
            call(`PATCH ${configMaps}/${name}`, { metadata: { labels: { x: value } } });
          else if (kind === 'delete') call(`DELETE ${configMaps}/${name}`);
          else if (kind === 'lag') {
            release();
            release = sim.staleReads(0);
          } else if (kind === 'catch up') release();
          else {
            watched.close();
            known = listed(simulation);
            ({ resourceVersion } = call(`GET ${configMaps}`).body.metadata as { resourceVersion: string });
            watched = watch(`${configMaps}?watch=true&resourceVersion=${resourceVersion}`);
          }
        }
        release();
        expect(follow(known, watched)).toEqual(listed(simulation));
        expect(follow(new Map(), selected)).toEqual(listed(simulation, '?labelSelector=x%3D1'));
      }),
    );
  });

  it('comes back from a restart with an older view, and catches up', async () => {
    const simulation = simulated();
    const { call, watch, sim, clock } = simulation;
    call(`POST ${configMaps}`, configMap('a'));
    const before = watch(`${configMaps}?watch=true`);
    call(`POST ${configMaps}`, configMap('b'));
    sim.restart({ olderBy: 1, catchUpMs: 500 });
    expect(before.ended).toBe(true);
    const names = (query: string): string[] => [...listed(simulation, query).keys()];
    expect([names('?resourceVersion=0'), names('')]).toEqual([['a'], ['a', 'b']]);
    const after = watch(`${configMaps}?watch=true&resourceVersion=0`);
    expect(after.events.map(({ type }) => type)).toEqual(['ADDED']);
    await clock.advance(500);
    expect(after.events.map(({ object }) => object.metadata.name)).toEqual(['a', 'b']);
    expect(names('?resourceVersion=0')).toEqual(['a', 'b']);
  });

  it('reads stale for as long as it is told to', () => {
    const { call, sim } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    const undo = sim.staleReads(1, { group: '', plural: 'configmaps' });
    expect(call(`GET ${configMaps}/a?resourceVersion=0`).status).toBe(404);
    expect(call(`GET ${configMaps}/a`).status).toBe(200);
    expect(call('GET /api/v1/namespaces?resourceVersion=0').body.items.length).toBeGreaterThan(3);
    undo();
    expect(call(`GET ${configMaps}/a?resourceVersion=0`).status).toBe(200);
  });

  it('is not older than what it remembers, however old it is told to be', () => {
    const { sim, call, watch } = simulated();
    call(`POST ${configMaps}`, configMap('before'));
    sim.compact();
    const release = sim.staleReads(1000);
    const list = call(`GET ${configMaps}?resourceVersion=0`).body;
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['before']);
    const watched = watch(`${configMaps}?watch=true&resourceVersion=${list.metadata.resourceVersion}`);
    call(`POST ${configMaps}`, configMap('after'));
    expect(watched.events).toEqual([]);
    release();
    expect(watched.events.map(({ object }) => object.metadata.name)).toEqual(['after']);
  });

  it.each(['stale read', 'compaction', 'second restart'] as const)(
    'loses nothing while it catches up, whatever comes in between: %s',
    async (between) => {
      const { call, watch, sim, clock } = simulated();
      for (const name of ['a', 'b', 'c']) call(`POST ${configMaps}`, configMap(name));
      sim.restart({ olderBy: 2, catchUpMs: 1000 });
      const list = call(`GET ${configMaps}?resourceVersion=0`).body;
      expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['a']);
      if (between === 'second restart') sim.restart({ olderBy: 1, catchUpMs: 500 });
      const watched = watch(`${configMaps}?watch=true&resourceVersion=${list.metadata.resourceVersion}`);
      if (between === 'stale read') sim.staleReads(1)();
      if (between === 'compaction') sim.compact();
      call(`POST ${configMaps}`, configMap('d'));
      await clock.advance(1000);
      expect(watched.events.map(({ object }) => object.metadata.name)).toEqual(['b', 'c', 'd']);
    },
  );

  it('shows nothing newer than the version it names, however much is written while it stands still', () => {
    const { call, sim, watch } = simulated({ historySize: 4 });
    sim.staleReads(0);
    const early = watch(`${configMaps}?watch=true`);
    const names = Array.from('abcdefghijkl');
    for (const name of names) call(`POST ${configMaps}`, configMap(name));
    const list = call(`GET ${configMaps}?resourceVersion=0`).body;
    for (const { metadata } of list.items) {
      expect(Number(metadata.resourceVersion)).toBeLessThanOrEqual(Number(list.metadata.resourceVersion));
    }
    const seen = early.events.map(({ object }) => object.metadata.name);
    expect(seen).toEqual(list.items.map(({ metadata }) => metadata.name));
    expect(seen.length).toBeLessThan(names.length);
  });

  it('leaves no timer behind', async () => {
    const { sim, clock } = simulated({ controllers: true });
    await clock.advance(10);
    sim.restart({ olderBy: 2 });
    await sim.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('answers although who listens throws, and tells of it', () => {
    const told: string[] = [];
    const { sim, call } = simulated({
      onControllerError: (controller, key, error) => told.push(`${controller} ${key} ${String(error)}`),
    });
    let heard = 0;
    sim.onChange(() => {
      throw new Error('no');
    });
    sim.onChange(() => (heard += 1));
    expect(call(`POST ${configMaps}`, configMap('a')).status).toBe(201);
    expect([heard, told]).toEqual([1, ['onChange default/a Error: no']]);
  });

  it('tells its own controllers of changes, which may write at once', () => {
    const { call, sim } = simulated();
    const seen: string[] = [];
    const stop = sim.onChange(({ type, resource, name, object, old }) => {
      if (resource.plural !== 'configmaps') return;
      seen.push(`${type} ${name} ${String(old() === undefined)}`);
      if (type === 'ADDED' && name === 'a') {
        sim.client.create({ ...object(), metadata: { name: 'copy', namespace: 'default' } }, 'copier');
      }
    });
    call(`POST ${configMaps}`, configMap('a'));
    expect(call(`GET ${configMaps}/copy`).body.metadata.managedFields).toMatchObject([{ manager: 'copier' }]);
    const copy = sim.client.get({ group: '', plural: 'configmaps' }, 'default', 'copy');
    if (copy !== undefined) sim.client.update({ ...copy, data: { a: '2' } }, 'copier');
    sim.client.delete({ group: '', plural: 'configmaps' }, 'default', 'copy');
    stop();
    call(`DELETE ${configMaps}/a`);
    expect(seen).toEqual(['ADDED a true', 'ADDED copy true', 'MODIFIED copy false', 'DELETED copy false']);
  });

  it('has the usual namespaces and roles', () => {
    const { call } = simulated();
    expect(
      call('GET /api/v1/namespaces').body.items.map(
        ({ metadata }: { metadata: { name: string } }) => metadata.name,
      ),
    ).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
    expect(call('GET /apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin').status).toBe(200);
  });

  it('answers what is asked about access', () => {
    const { call } = simulated();
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    };
    expect(call('POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)).toMatchObject({
      status: 201,
      body: { status: { allowed: true } },
    });
  });

  it.each([
    ['GET /nope', 404, '404 page not found\n'],
    ['GET /apis/nope/v1/x', 404, '404 page not found\n'],
    ['GET /api/v1/nope', 404, { message: 'the server could not find the requested resource' }],
    [
      `PUT ${configMaps}`,
      405,
      { message: 'the server does not allow this method on the requested resource' },
    ],
    ['POST /api/v1/configmaps', 405, { reason: 'MethodNotAllowed', details: {} }],
    [`GET ${configMaps}/a/b/c`, 404, { reason: 'NotFound' }],
  ])('answers %s with %i', (line, status, body) => {
    const answer = simulated().call(line, line.startsWith('GET') ? undefined : {});
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(typeof body === 'string' ? body : expect.objectContaining(body));
  });
});
