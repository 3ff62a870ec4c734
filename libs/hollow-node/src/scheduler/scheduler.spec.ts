import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answer, conditionOf, type Live, TestCluster } from '../cluster.spec-helper.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await TestCluster.start({ events: true });
});
afterEach(() => cluster.stop());

const nodeOf = async (pod: string): Promise<unknown> => (await cluster.pod(pod)).spec['nodeName'];
const asking = (cpu: string): object => ({ resources: { requests: { cpu } } });

async function eventsOf(reason: string): Promise<unknown[]> {
  const list = (await cluster.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events')) as unknown as {
    items: { reason: string; note: string }[];
  };
  return list.items.filter((event) => event.reason === reason).map(({ note }) => note);
}

describe('the scheduler', () => {
  it('binds pods, spread over the nodes, and says so', async () => {
    for (const name of ['p', 'q', 'r']) await cluster.createPod(name, {}, asking('1'));
    await cluster.clock.advance(1000);
    const placed = await Promise.all(['p', 'q', 'r'].map(nodeOf));
    expect(new Set(placed)).toEqual(new Set(['node-a', 'node-b', 'node-c']));
    expect(await eventsOf('Scheduled')).toContain(`Successfully assigned default/p to ${String(placed[0])}`);
  });

  it('says once why a pod cannot be placed, and places it when it can be', async () => {
    await cluster.createPod('big', {}, asking('12'));
    await cluster.clock.advance(1000);
    const message =
      '0/3 nodes are available: 3 Insufficient cpu. ' +
      'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
    expect(conditionOf(await cluster.pod('big'), 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
      message,
    });
    cluster.writes.splice(0);
    await cluster.createPod('small');
    await cluster.clock.advance(60_000);
    expect(cluster.writes.filter((write) => write.includes('/pods/big'))).toEqual([]);
    await cluster.until(cluster.nodes.addNode({ name: 'large', cpu: '16' }));
    await cluster.clock.advance(1000);
    expect(await nodeOf('big')).toBe('large');
    expect(await eventsOf('FailedScheduling')).toContain(message);
  });

  it('leaves alone what is not its own', async () => {
    await cluster.createPod('other', { schedulerName: 'other' });
    await cluster.createPod('gated', { schedulingGates: [{ name: 'example.com/wait' }] });
    await cluster.clock.advance(1000);
    expect(await Promise.all(['other', 'gated'].map(nodeOf))).toEqual([undefined, undefined]);
  });

  it('tries again when a binding was not accepted', async () => {
    let refusals = 2;
    cluster.intercept = ({ path }) =>
      path.endsWith('/binding') && refusals-- > 0
        ? answer(500, { kind: 'Status', message: 'no' })
        : undefined;
    await cluster.createPod('p');
    await cluster.createPod('q');
    await cluster.clock.advance(500);
    expect(await Promise.all(['p', 'q'].map(nodeOf))).toEqual([undefined, undefined]);
    await cluster.clock.advance(2000);
    expect(await Promise.all(['p', 'q'].map(nodeOf))).not.toContain(undefined);
  });

  it('does not fill a node twice while its answers are late', async () => {
    for (const name of ['p', 'q', 'r', 's']) await cluster.createPod(name, {}, asking('6'));
    await cluster.clock.advance(1000);
    const placed = await Promise.all(['p', 'q', 'r', 's'].map(nodeOf));
    expect(placed.filter((node) => node !== undefined)).toHaveLength(3);
    expect(new Set(placed).size).toBe(4);
  });
});

describe('claims', () => {
  const claimPath = '/api/v1/namespaces/default/persistentvolumeclaims';
  const classPath = '/apis/storage.k8s.io/v1/storageclasses';
  const selected = 'volume.kubernetes.io/selected-node';

  async function createClass(name: string, more: object = {}): Promise<void> {
    await cluster.call('POST', classPath, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: 'example.com/disk',
      volumeBindingMode: 'WaitForFirstConsumer',
      ...more,
    });
  }

  async function createClaim(name: string, storageClassName: string): Promise<Live> {
    return cluster.call('POST', claimPath, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
  }

  const claim = (name: string): Promise<Live> => cluster.call('GET', `${claimPath}/${name}`);
  const using = (claimName: string): object => ({
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
  });

  async function volumes(): Promise<readonly Live[]> {
    const list = await cluster.call('GET', '/api/v1/persistentvolumes');
    return (list as unknown as { items: Live[] }).items;
  }

  /** What the controller of volumes does. */
  async function bind(name: string, volumeName: string): Promise<void> {
    await cluster.call('PATCH', `${claimPath}/${name}`, { spec: { volumeName } });
    await cluster.call('PATCH', `${claimPath}/${name}/status`, {
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    });
    await cluster.call('PATCH', `/api/v1/persistentvolumes/${volumeName}/status`, {
      status: { phase: 'Bound' },
    });
  }

  it('that wait for a pod get a volume in the zone of its node; then it is bound', async () => {
    await createClass('late');
    const { metadata } = await createClaim('data', 'late');
    await cluster.clock.advance(1000);
    expect(await volumes()).toEqual([]);
    await cluster.createPod('user', {
      ...using('data'),
      nodeSelector: { 'kubernetes.io/hostname': 'node-b' },
    });
    await cluster.clock.advance(1000);
    expect((await claim('data')).metadata.annotations?.[selected]).toBe('node-b');
    expect(await volumes()).toMatchObject([
      {
        metadata: {
          name: `pvc-${metadata.uid}`,
          annotations: { 'pv.kubernetes.io/provisioned-by': 'example.com/disk' },
        },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Delete',
          claimRef: { namespace: 'default', name: 'data', uid: metadata.uid },
          hostPath: { path: `${cluster.dataDir}/volumes/pvc-${metadata.uid}` },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-b'] },
                  ],
                },
              ],
            },
          },
        },
      },
    ]);
    expect(await nodeOf('user')).toBeUndefined();
    await bind('data', `pvc-${metadata.uid}`);
    await cluster.clock.advance(1000);
    expect(await nodeOf('user')).toBe('node-b');
  });

  it('hold the place of their pod while they wait', async () => {
    await createClass('late');
    const { metadata } = await createClaim('data', 'late');
    const onA = { nodeSelector: { 'kubernetes.io/hostname': 'node-a' } };
    await cluster.createPod('user', { ...using('data'), ...onA }, asking('6'));
    await cluster.clock.advance(1000);
    await cluster.createPod('rival', onA, asking('6'));
    await cluster.clock.advance(1000);
    expect(await nodeOf('rival')).toBeUndefined();
    await bind('data', `pvc-${metadata.uid}`);
    await cluster.clock.advance(1000);
    expect(await nodeOf('user')).toBe('node-a');
  });

  it('whose node is gone before the volume was made are given another', async () => {
    await createClass('late');
    await createClaim('data', 'late');
    await cluster.call('PATCH', `${claimPath}/data`, { metadata: { annotations: { [selected]: 'gone' } } });
    await cluster.createPod('user', using('data'));
    await cluster.clock.advance(3000);
    expect((await claim('data')).metadata.annotations?.[selected]).toMatch(/^node-/);
    expect(await volumes()).toHaveLength(1);
  });

  it('that wait for nobody get a volume at once, each in one of the zones of its class', async () => {
    const allowedTopologies = [
      { matchLabelExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['zone-a', 'zone-c'] }] },
    ];
    await createClass('now', { volumeBindingMode: 'Immediate', allowedTopologies });
    const count = 16;
    for (let number = 0; number < count; number++) await createClaim(`data-${String(number)}`, 'now');
    await cluster.clock.advance(1000);
    const zones = (await volumes()).map(
      ({ spec }) => /zone-\w/.exec(JSON.stringify(spec['nodeAffinity']))?.[0],
    );
    expect(zones).toHaveLength(count);
    expect(new Set(zones)).toEqual(new Set(['zone-a', 'zone-c']));
  });

  it('get their volumes although one of them cannot have its own', async () => {
    await createClass('now', { volumeBindingMode: 'Immediate' });
    const { metadata } = await createClaim('bad', 'now');
    cluster.intercept = ({ method, body = '' }) =>
      method === 'POST' && body.includes(`pvc-${metadata.uid}`)
        ? answer(500, { kind: 'Status', message: 'never' })
        : undefined;
    for (const name of ['good', 'better']) await createClaim(name, 'now');
    await cluster.clock.advance(5000);
    expect(await volumes()).toHaveLength(2);
  });

  it('take a volume that is there', async () => {
    await createClass('by-hand', { provisioner: 'kubernetes.io/no-provisioner' });
    await cluster.call('POST', '/api/v1/persistentvolumes', {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'disk' },
      spec: {
        storageClassName: 'by-hand',
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        hostPath: { path: '/x' },
      },
    });
    await cluster.call('PATCH', '/api/v1/persistentvolumes/disk/status', { status: { phase: 'Available' } });
    const { metadata } = await createClaim('data', 'by-hand');
    await cluster.createPod('user', using('data'));
    await cluster.clock.advance(1000);
    expect((await volumes())[0]?.spec['claimRef']).toMatchObject({ name: 'data', uid: metadata.uid });
    await bind('data', 'disk');
    await cluster.clock.advance(1000);
    expect(await nodeOf('user')).toBeDefined();
  });

  it('grow if their class allows it, and their volumes go when they are released', async () => {
    await createClass('growing', { allowVolumeExpansion: true, volumeBindingMode: 'Immediate' });
    const { metadata } = await createClaim('data', 'growing');
    const volume = `pvc-${metadata.uid}`;
    await cluster.clock.advance(1000);
    await bind('data', volume);
    await cluster.call('PATCH', `${claimPath}/data`, {
      spec: { resources: { requests: { storage: '3Gi' } } },
    });
    await cluster.clock.advance(1000);
    expect((await claim('data')).status['capacity']).toEqual({ storage: '3Gi' });
    expect((await volumes())[0]?.spec['capacity']).toEqual({ storage: '3Gi' });

    cluster.writes.splice(0);
    await cluster.call('PATCH', `/api/v1/persistentvolumes/${volume}/status`, {
      status: { phase: 'Released' },
    });
    await cluster.clock.advance(1000);
    expect(cluster.writes).toContain(`DELETE /api/v1/persistentvolumes/${volume}`);
  });
});
