import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SimObject } from '../../api/object.ts';
import { controlled, type Controlled, core, podOf, podSays } from '../controlled.spec-helper.ts';

const volumes = '/api/v1/persistentvolumes';
const claims = core('default', 'persistentvolumeclaims');
const classes = '/apis/storage.k8s.io/v1/storageclasses';

let plane: Controlled;
beforeEach(async () => {
  plane = controlled();
  await plane.wait(0);
});

async function makeVolume(name: string, spec: object = {}, metadata: object = {}): Promise<void> {
  plane.ok(`POST ${volumes}`, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, ...metadata },
    spec: {
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '2Gi' },
      hostPath: { path: '/x' },
      storageClassName: 's',
      ...spec,
    },
  });
  await plane.wait(0);
}

async function makeClaim(name: string, spec: object = {}): Promise<void> {
  plane.ok(`POST ${claims}`, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 's',
      ...spec,
    },
  });
  await plane.wait(0);
}

function makeClass(name: string, volumeBindingMode: string, provisioner = 'x.io/made'): void {
  const metadata = { name };
  plane.ok(`POST ${classes}`, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata,
    provisioner,
    volumeBindingMode,
  });
}

interface Bound extends SimObject {
  readonly spec: {
    readonly volumeName?: string;
    readonly claimRef?: { readonly name: string; uid?: string };
  };
  readonly status: { readonly phase: string; readonly conditions?: readonly object[] };
}

function claim(name: string): Bound {
  return plane.ok(`GET ${claims}/${name}`) as Bound;
}

function volume(name: string): Bound {
  return plane.ok(`GET ${volumes}/${name}`) as Bound;
}

describe('a claim', () => {
  it('gets the smallest volume that is large enough, and both say so', async () => {
    await makeVolume('big', { capacity: { storage: '5Gi' } });
    await makeVolume('small', { capacity: { storage: '512Mi' } });
    await makeVolume('mid');
    expect(volume('mid').status.phase).toBe('Available');
    await makeClaim('c');
    expect(claim('c')).toMatchObject({
      metadata: {
        annotations: {
          'pv.kubernetes.io/bind-completed': 'yes',
          'pv.kubernetes.io/bound-by-controller': 'yes',
        },
      },
      spec: { volumeName: 'mid' },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '2Gi' } },
    });
    expect(volume('mid')).toMatchObject({
      metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
      spec: {
        claimRef: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          namespace: 'default',
          name: 'c',
          uid: claim('c').metadata.uid,
        },
      },
      status: { phase: 'Bound' },
    });
    expect(volume('big').status.phase).toBe('Available');
  });

  it('gets a volume with its labels, mode and access modes, and none that can do more if one suffices', async () => {
    await makeVolume('gold', {}, { labels: { tier: 'gold' } });
    await makeVolume('many', { accessModes: ['ReadWriteOnce', 'ReadWriteMany'] });
    await makeVolume('block', { volumeMode: 'Block' });
    await makeVolume('plain', { capacity: { storage: '9Gi' } });
    await makeClaim('gold', { selector: { matchLabels: { tier: 'gold' } } });
    await makeClaim('plain');
    await makeClaim('many', { accessModes: ['ReadWriteMany'] });
    await makeClaim('block', { volumeMode: 'Block' });
    for (const name of ['gold', 'plain', 'many', 'block']) expect(claim(name).spec.volumeName).toBe(name);
  });

  it('looks again every fifteen seconds, and at once when a volume was made for it', async () => {
    await makeClaim('c');
    await makeVolume('late');
    expect(claim('c').status.phase).toBe('Pending');
    await plane.wait(15_000);
    expect(claim('c').spec.volumeName).toBe('late');
    await makeClaim('d');
    const { uid } = claim('d').metadata;
    await makeVolume('made', { claimRef: { namespace: 'default', name: 'd', uid } });
    expect(claim('d').spec.volumeName).toBe('made');
    expect(volume('made').metadata.annotations).toBeUndefined();
  });

  it('tells what it waits for', async () => {
    makeClass('now', 'Immediate');
    makeClass('late', 'WaitForFirstConsumer');
    makeClass('nobody', 'Immediate', 'kubernetes.io/no-provisioner');
    await makeVolume('for-late', { storageClassName: 'late' });
    await makeClaim('none', { storageClassName: '' });
    await makeClaim('unknown', { storageClassName: 'unknown' });
    await makeClaim('now', { storageClassName: 'now' });
    await makeClaim('late', { storageClassName: 'late' });
    await makeClaim('nobody', { storageClassName: 'nobody' });
    const source = { name: 'v', persistentVolumeClaim: { claimName: 'used' } };
    plane.ok(`POST ${core('default', 'pods')}`, podOf('user', { volumes: [source] }));
    await makeClaim('used', { storageClassName: 'late' });
    expect(plane.events('default')).toEqual([
      "Normal ExternalProvisioning PersistentVolumeClaim/now: Waiting for a volume to be created either by the external provisioner 'x.io/made' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      'Normal FailedBinding PersistentVolumeClaim/none: no persistent volumes available for this claim and no storage class is set',
      'Normal WaitForFirstConsumer PersistentVolumeClaim/late: waiting for first consumer to be created before binding',
      'Normal WaitForPodScheduled PersistentVolumeClaim/used: waiting for pod user to be scheduled',
      'Warning ProvisioningFailed PersistentVolumeClaim/nobody: no volume plugin matched name: kubernetes.io/no-provisioner',
      'Warning ProvisioningFailed PersistentVolumeClaim/unknown: storageclass.storage.k8s.io "unknown" not found',
    ]);
    const provisioner = { 'volume.kubernetes.io/storage-provisioner': 'x.io/made' };
    expect(claim('now').metadata.annotations).toMatchObject(provisioner);
    expect(claim('late').metadata.annotations).toBeUndefined();
    plane.ok(`PATCH ${claims}/late`, {
      metadata: { annotations: { 'volume.kubernetes.io/selected-node': 'n' } },
    });
    await plane.wait(0);
    expect(claim('late').metadata.annotations).toMatchObject(provisioner);
    expect(claim('late').status.phase).toBe('Pending');
  });

  it('gets the volume it names, or is told why not', async () => {
    await makeVolume('good');
    await makeVolume('tiny', { capacity: { storage: '1Mi' } });
    await makeVolume('other', { storageClassName: 'other' });
    await makeVolume('read', { accessModes: ['ReadOnlyMany'] });
    await makeVolume('taken', { claimRef: { namespace: 'default', name: 'somebody' } });
    for (const name of ['good', 'tiny', 'other', 'read', 'taken'])
      await makeClaim(name, { volumeName: name });
    expect(claim('good').metadata.annotations).toEqual({ 'pv.kubernetes.io/bind-completed': 'yes' });
    expect(plane.events('default')).toEqual([
      'Warning FailedBinding PersistentVolumeClaim/taken: volume "taken" already bound to a different claim.',
      'Warning VolumeMismatch PersistentVolumeClaim/other: Cannot bind to requested volume "other": storageClassName does not match',
      'Warning VolumeMismatch PersistentVolumeClaim/read: Cannot bind to requested volume "read": incompatible accessMode',
      'Warning VolumeMismatch PersistentVolumeClaim/tiny: Cannot bind to requested volume "tiny": requested PV is too small',
    ]);
  });

  it('gets the volume that names it before any other', async () => {
    await makeVolume('smaller', { capacity: { storage: '1Gi' } });
    await makeVolume('mine', { claimRef: { namespace: 'default', name: 'c' } });
    expect(volume('mine').status.phase).toBe('Available');
    await makeClaim('c');
    expect(claim('c').spec.volumeName).toBe('mine');
  });

  it('stays while a pod on a node has it, even one that is over', async () => {
    await makeVolume('v');
    await makeClaim('c');
    expect(claim('c').status.conditions).toEqual([
      expect.objectContaining({ type: 'Unused', status: 'True', reason: 'NoPodsUsingPVC' }),
    ]);
    const source = { name: 'v', persistentVolumeClaim: { claimName: 'c' } };
    plane.ok(`POST ${core('default', 'pods')}`, podOf('user', { nodeName: 'n', volumes: [source] }));
    await plane.wait(0);
    expect(claim('c').status.conditions).toEqual([
      expect.objectContaining({ type: 'Unused', status: 'False', reason: 'PodUsingPVC' }),
    ]);
    plane.ok(`DELETE ${claims}/c`);
    plane.ok(`PATCH ${core('default', 'pods', 'user')}/status`, podSays('Succeeded'));
    await plane.wait(0);
    expect(claim('c').metadata.finalizers).toEqual(['kubernetes.io/pvc-protection']);
    plane.ok(`DELETE ${core('default', 'pods', 'user')}?gracePeriodSeconds=0`);
    await plane.wait(0);
    expect(plane.ask(`GET ${claims}/c`).status).toBe(404);
  });

  it('is lost with its volume, which nothing but force takes away', async () => {
    await makeVolume('v');
    await makeClaim('c');
    plane.ok(`PATCH ${volumes}/v`, { metadata: { finalizers: null } });
    await plane.wait(0);
    expect(volume('v').metadata.finalizers).toEqual(['kubernetes.io/pv-protection']);
    plane.ok(`DELETE ${volumes}/v`);
    await plane.wait(0);
    expect(volume('v').metadata.deletionTimestamp).toBeDefined();
    plane.ok(`PATCH ${volumes}/v`, { metadata: { finalizers: null } });
    await plane.wait(0);
    expect(claim('c').status).toEqual({ phase: 'Lost', conditions: [expect.anything()] });
    expect(plane.events('default')).toEqual([
      'Warning ClaimLost PersistentVolumeClaim/c: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    ]);
  });
});

describe('a volume', () => {
  it('is released with its claim, and is nobody else’s until somebody frees it', async () => {
    await makeVolume('v');
    await makeClaim('c');
    plane.ok(`DELETE ${claims}/c`);
    await plane.wait(0);
    expect(volume('v').status.phase).toBe('Released');
    await makeClaim('c');
    await plane.wait(15_000);
    expect(claim('c').status.phase).toBe('Pending');
    plane.ok(`PATCH ${volumes}/v`, { spec: { claimRef: null } });
    await plane.wait(0);
    expect(volume('v').status.phase).toBe('Available');
    await plane.wait(15_000);
    expect(volume('v').spec.claimRef?.uid).toBe(claim('c').metadata.uid);
  });

  it('goes once it is released', async () => {
    await makeVolume('v');
    await makeClaim('c');
    plane.ok(`DELETE ${volumes}/v`);
    await plane.wait(0);
    plane.ok(`DELETE ${claims}/c`);
    await plane.wait(0);
    expect(plane.ask(`GET ${volumes}/v`).status).toBe(404);
  });

  it('is given back when its claim has taken another one', async () => {
    await makeVolume('one');
    await makeClaim('c');
    const { uid } = claim('c').metadata;
    const claimRef = { namespace: 'default', name: 'c', uid };
    await makeVolume('two', { claimRef });
    expect(volume('two')).toMatchObject({ status: { phase: 'Available' } });
    expect(volume('two').spec.claimRef?.uid ?? '').toBe('');
    await makeVolume(
      'made',
      { claimRef, persistentVolumeReclaimPolicy: 'Delete' },
      { annotations: { 'pv.kubernetes.io/provisioned-by': 'x.io/made' } },
    );
    expect(volume('made').status.phase).toBe('Released');
  });
});
