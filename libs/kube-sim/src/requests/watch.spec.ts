import { describe, expect, it } from '@jest/globals';
import { configMap, configMaps, simulated, type Watched } from '../simulated.spec-helper.ts';

/** Bookmarks have no name, errors no metadata to speak of. */
const told = ({ events }: Watched): string[] =>
  events.map(({ type, object }) => (type === 'BOOKMARK' ? type : `${type} ${object.metadata.name}`));

describe('a watch', () => {
  it('begins with what is there unless it is told from where', () => {
    const { call, watch } = simulated();
    const { body } = call(`POST ${configMaps}`, configMap('a'));
    call(`POST ${configMaps}`, configMap('b'));
    const [all, later] = [
      watch(`${configMaps}?watch=true`),
      watch(`${configMaps}?watch=1&resourceVersion=${body.metadata.resourceVersion}`),
    ];
    call(`PATCH ${configMaps}/a`, { data: { x: 'y' } });
    call(`DELETE ${configMaps}/b`);
    expect(told(all)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
    expect(told(later)).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b']);
  });

  it('keeps to its namespace', () => {
    const { call, watch } = simulated();
    const watched = watch('/api/v1/namespaces/kube-system/configmaps?watch=true');
    call(`POST ${configMaps}`, configMap('a'));
    call('POST /api/v1/namespaces/kube-system/configmaps', configMap('b'));
    expect(told(watched)).toEqual(['ADDED b']);
  });

  it('tells who comes into its selection and who leaves it, as it was', () => {
    const { call, watch } = simulated();
    const watched = watch(`${configMaps}?watch=true&labelSelector=x%3D1`);
    call(`POST ${configMaps}`, configMap('a'));
    const label = (x: string | null): unknown =>
      call(`PATCH ${configMaps}/a`, { metadata: { labels: { x } } });
    label('1');
    label('2');
    label('1');
    call(`DELETE ${configMaps}/a`);
    expect(told(watched)).toEqual(['ADDED a', 'DELETED a', 'ADDED a', 'DELETED a']);
    expect(watched.events[1]?.object.metadata.labels).toEqual({ x: '1' });
  });

  it('marks the end of the initial events, and its place once a minute and before it ends', async () => {
    const { call, watch, clock } = simulated();
    call(`POST ${configMaps}`, configMap('a'));
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const watched = watch(`${configMaps}?watch=true&${query}&timeoutSeconds=100`);
    expect(told(watched)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(watched.events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    call('POST /api/v1/namespaces/kube-system/configmaps', configMap('b'));
    await clock.advance(60_000);
    expect(told(watched)).toHaveLength(3);
    expect(watched.events[2]?.object).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { resourceVersion: call(`GET ${configMaps}`).body.metadata.resourceVersion },
    });
    await clock.advance(38_000);
    expect(told(watched)).toHaveLength(4);
    expect(watched.ended).toBe(false);
    await clock.advance(2000);
    expect(watched.ended).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends with an error if what it asks for is compacted', () => {
    const { call, watch, sim } = simulated();
    const { body } = call(`POST ${configMaps}`, configMap('a'));
    call(`POST ${configMaps}`, configMap('b'));
    sim.compact();
    const watched = watch(`${configMaps}?watch=true&resourceVersion=${body.metadata.resourceVersion}`);
    expect(watched.events[0]).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
    expect(watched.ended).toBe(true);
  });

  it('waits three seconds for a state that is still to come, and for ever for events', async () => {
    const { watch, clock } = simulated();
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
    const state = watch(`${configMaps}?watch=true&${query}&resourceVersion=99999`);
    const events = watch(`${configMaps}?watch=true&resourceVersion=99999`);
    await clock.advance(2999);
    expect(state.events).toEqual([]);
    await clock.advance(1);
    expect(state.events[0]?.object).toMatchObject({
      code: 504,
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    });
    expect([state.ended, events.ended]).toEqual([true, false]);
  });

  it('says nothing after it was closed', () => {
    const { call, watch, clock } = simulated();
    const watched = watch(`${configMaps}?watch=true&allowWatchBookmarks=true`);
    watched.close();
    call(`POST ${configMaps}`, configMap('a'));
    expect(told(watched)).toEqual(['BOOKMARK']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('comes as tables, of which the first alone names its columns', () => {
    const { call, watch } = simulated();
    const watched = watch(`${configMaps}?watch=true`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    call(`POST ${configMaps}`, configMap('a'));
    call(`POST ${configMaps}`, configMap('b'));
    expect(watched.events.map(({ object }) => Array.isArray(object.columnDefinitions))).toEqual([
      true,
      false,
    ]);
  });
});
