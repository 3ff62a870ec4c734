import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, SchedulableNode, SchedulablePod, StorageClass, Volume } from './objects.ts';
import { queueOrder, schedule } from './schedule.ts';
import { assume, takeSnapshot } from './snapshot.ts';

type Spec = Partial<SchedulablePod['spec']>;

const zoneKey = 'topology.kubernetes.io/zone';
const hostKey = 'kubernetes.io/hostname';

function node(
  name: string,
  more: Partial<SchedulableNode> & { labels?: Record<string, string> } = {},
): SchedulableNode {
  const { labels = {}, ...rest } = more;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { [hostKey]: name, [zoneKey]: `zone-${name.slice(0, 1)}`, ...labels } },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
    ...rest,
  };
}

function pod(name: string, spec: Spec = {}, meta: Partial<SchedulablePod['metadata']> = {}): SchedulablePod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns', uid: name, labels: { app: 'x' }, ...meta },
    spec: { containers: [{}], ...spec },
  };
}

function cpu(quantity: string): Spec {
  return { containers: [{ resources: { requests: { cpu: quantity } } }] };
}

interface World {
  readonly nodes?: readonly SchedulableNode[];
  readonly pods?: readonly SchedulablePod[];
  readonly claims?: readonly Claim[];
  readonly volumes?: readonly Volume[];
  readonly classes?: readonly StorageClass[];
}

const three = [node('a1'), node('b1'), node('c1')];

function snapshot({ nodes = three, pods = [], claims = [], volumes = [], classes = [] }: World) {
  return takeSnapshot({
    nodes,
    pods,
    claim: (namespace, name) =>
      claims.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
    volumes: () => volumes,
    storageClass: (name) => classes.find(({ metadata }) => metadata.name === name),
    namespaceLabels: (name) => ({ 'kubernetes.io/metadata.name': name }),
  });
}

/** The node's name, or why there is none. */
function place(what: SchedulablePod, world: World = {}): string {
  const decision = schedule(what, snapshot(world));
  return 'view' in decision ? decision.view.node.metadata.name : decision.unschedulable;
}

/** Places pods one after the other. */
function placeAll(pods: readonly SchedulablePod[], nodes: readonly SchedulableNode[]): string[] {
  const world = snapshot({ nodes });
  return pods.map((each) => {
    const decision = schedule(each, world);
    if (!('view' in decision)) return decision.unschedulable;
    assume(decision.view, each);
    return decision.view.node.metadata.name;
  });
}

const helpless = 'preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.';
const noVictims = 'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.';

describe('schedule', () => {
  it('says what kube-scheduler says when there is no node', () => {
    expect(place(pod('p'), { nodes: [] })).toBe('no nodes available to schedule pods');
  });

  it.each<[string, Spec, World, string]>([
    [
      'a node selector',
      { nodeSelector: { disk: 'ssd' } },
      {},
      "3 node(s) didn't match Pod's node affinity/selector.",
    ],
    ['more than a node has', cpu('5'), {}, '3 Insufficient cpu.'],
    [
      'a cordon',
      {},
      { nodes: three.map((each) => ({ ...each, spec: { unschedulable: true } })) },
      '3 node(s) were unschedulable.',
    ],
    [
      'taints',
      { tolerations: [{ key: 'k', operator: 'Equal', value: 'other' }] },
      {
        nodes: three.map((each) => ({
          ...each,
          spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] },
        })),
      },
      '3 node(s) had untolerated taint(s).',
    ],
    [
      'pods that want no company',
      {},
      {
        pods: three.map(({ metadata: { name } }) =>
          pod(`on-${name}`, {
            nodeName: name,
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: hostKey, labelSelector: { matchLabels: { app: 'x' } } },
                ],
              },
            },
          }),
        ),
      },
      "3 node(s) didn't satisfy existing pods anti-affinity rules.",
    ],
    [
      'a claim that is not there',
      { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] },
      {},
      'persistentvolumeclaim "data" not found.',
    ],
  ])('names %s', (_, spec, world, reason) => {
    const message = place(pod('p', spec), world);
    expect(message).toContain(`0/3 nodes are available: ${reason} preemption: 0/3 nodes are available: 3 `);
  });

  it('counts every reason, and says whether pods that go would help', () => {
    const nodes = [node('a1'), node('b1', { spec: { unschedulable: true } }), node('c1')];
    const pods = [pod('q', { ...cpu('3'), nodeName: 'a1' })];
    expect(place(pod('p', { ...cpu('2'), nodeSelector: { [zoneKey]: 'zone-a' } }), { nodes, pods })).toBe(
      "0/3 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match Pod's node affinity/selector, " +
        '1 node(s) were unschedulable. preemption: 0/3 nodes are available: ' +
        '1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.',
    );
  });

  it('leaves room for sidecars, and for init containers that need more than the rest', () => {
    const big: Spec = {
      initContainers: [
        { restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
        { resources: { requests: { cpu: '3500m' } } },
      ],
      containers: [{ resources: { requests: { cpu: '1' } } }],
    };
    expect(place(pod('p', big))).toContain('3 Insufficient cpu');
    expect(place(pod('p', { ...big, initContainers: big.initContainers?.slice(0, 1) ?? [] }))).toBe('a1');
  });

  it('counts pods of a node, but none that has ended', () => {
    const nodes = [node('a1', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } })];
    const there = pod('q', { nodeName: 'a1' });
    expect(place(pod('p'), { nodes, pods: [there] })).toContain('1 Too many pods');
    expect(place(pod('p'), { nodes, pods: [{ ...there, status: { phase: 'Succeeded' } }] })).toBe('a1');
  });

  it('keeps host ports apart', () => {
    const spec: Spec = { containers: [{ ports: [{ hostPort: 80 }] }] };
    const nodes = [node('a1')];
    const other: Spec = { containers: [{ ports: [{ hostPort: 80, hostIP: '10.0.0.1' }] }], nodeName: 'a1' };
    expect(place(pod('p', spec), { nodes, pods: [pod('q', other)] })).toContain(
      "1 node(s) didn't have free ports",
    );
    expect(
      place(pod('p', { containers: [{ ports: [{ hostPort: 81 }] }] }), { nodes, pods: [pod('q', other)] }),
    ).toBe('a1');
  });

  it('holds the skew of a hard constraint', () => {
    const spec: Spec = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: zoneKey,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'x' } },
        },
      ],
    };
    const nodes = [node('a1'), node('a2'), node('b1', { spec: { unschedulable: true } })];
    const placed = placeAll(
      ['p', 'q'].map((name) => pod(name, spec)),
      nodes,
    );
    expect(placed[0]).toBe('a1');
    expect(placed[1]).toContain("2 node(s) didn't match pod topology spread constraints");
    expect(
      place(pod('r', spec), {
        nodes: [node('d1', { labels: {} }), { ...node('e1'), metadata: { name: 'e1' } }],
      }),
    ).toBe('d1');
  });

  it('asks for at least so many domains', () => {
    const spec: Spec = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          minDomains: 3,
          topologyKey: zoneKey,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'x' } },
        },
      ],
    };
    const placed = placeAll(
      ['p', 'q', 'r'].map((name) => pod(name, spec)),
      [node('a1'), node('b1')],
    );
    expect(placed.slice(0, 2)).toEqual(['a1', 'b1']);
    expect(placed[2]).toContain("didn't match pod topology spread constraints");
  });

  it('lets the first of pods that want to be together choose, and the others follow', () => {
    const term = { topologyKey: zoneKey, labelSelector: { matchLabels: { app: 'x' } } };
    const together: Spec = {
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
    };
    const nodes = [node('b1'), node('a1'), node('a2')];
    expect(
      new Set(
        placeAll(
          ['p', 'q', 'r'].map((name) => pod(name, together)),
          nodes,
        ),
      ),
    ).toEqual(new Set(['a1', 'a2']));
    expect(place(pod('p', together, { labels: { app: 'y' } }), { nodes })).toBe(
      `0/3 nodes are available: 3 node(s) didn't match pod affinity rules. ${helpless}`,
    );
  });

  it('keeps pods apart over namespaces if the term says so', () => {
    const apart = (more: object): Spec => ({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: hostKey, labelSelector: { matchLabels: { app: 'x' } }, ...more },
          ],
        },
      },
    });
    const pods = three.map(({ metadata: { name } }) =>
      pod(`q-${name}`, { nodeName: name }, { namespace: 'other' }),
    );
    expect(place(pod('p', apart({})), { pods })).toBe('a1');
    for (const more of [{ namespaces: ['other'] }, { namespaceSelector: {} }]) {
      expect(place(pod('p', apart(more)), { pods })).toBe(
        `0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. ${noVictims}`,
      );
    }
  });

  it('spreads the pods of one controller over zones, then over nodes', () => {
    const owner = {
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 's', uid: 's', controller: true },
      ],
    };
    const nodes = [node('a1'), node('a2'), node('b1'), node('b2')];
    const placed = placeAll(
      ['p', 'q', 'r', 's'].map((name) => pod(name, {}, owner)),
      nodes,
    );
    expect(
      placed
        .slice(0, 2)
        .map((name) => name.slice(0, 1))
        .sort(),
    ).toEqual(['a', 'b']);
    expect(new Set(placed)).toEqual(new Set(['a1', 'a2', 'b1', 'b2']));
  });

  it('prefers what is preferred', () => {
    const preferred: Spec = {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 1,
              preference: { matchExpressions: [{ key: zoneKey, operator: 'In', values: ['zone-c'] }] },
            },
          ],
        },
      },
    };
    expect(place(pod('p', preferred))).toBe('c1');
    const nodes = [node('a1', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }), node('b1')];
    expect(place(pod('p'), { nodes })).toBe('b1');
  });

  it('never puts more on a node than it has', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { maxLength: 12 }), (requests) => {
        const placed = placeAll(
          requests.map((request, index) => pod(`p${index}`, cpu(`${request}m`))),
          three,
        );
        for (const { metadata } of three) {
          const used = requests
            .filter((_, index) => placed[index] === metadata.name)
            .reduce((sum, each) => sum + each, 0);
          expect(used).toBeLessThanOrEqual(4000);
        }
        requests.forEach((request, index) => {
          if (!three.some(({ metadata }) => metadata.name === placed[index])) {
            expect(placed[index]).toContain('Insufficient cpu');
            expect(request).toBeGreaterThan(0);
          }
        });
      }),
    );
  });
});

describe('schedule with claims', () => {
  const using: Spec = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }] };
  const storageClass: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'fast' },
    provisioner: 'example.com/disk',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
  const claim: Claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'ns', uid: 'claim' },
    spec: {
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
    },
    status: { phase: 'Pending' },
  };
  const volume = (name: string, size: string, zone: string): Volume => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      storageClassName: 'fast',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: size },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: zoneKey, operator: 'In', values: [zone] }] }],
        },
      },
    },
    status: { phase: 'Available' },
  });
  const bound: Claim = { ...claim, spec: { ...claim.spec, volumeName: 'pv' }, status: { phase: 'Bound' } };

  it('follows a volume to its zone', () => {
    expect(place(pod('p', using), { claims: [bound], volumes: [volume('pv', '1Gi', 'zone-b')] })).toBe('b1');
    expect(place(pod('p', using), { claims: [bound], volumes: [volume('pv', '1Gi', 'zone-z')] })).toBe(
      `0/3 nodes are available: 3 node(s) didn't match PersistentVolume's node affinity. ${helpless}`,
    );
  });

  it('waits for a claim that does not wait for it', () => {
    const classes = [{ ...storageClass, volumeBindingMode: 'Immediate' }];
    expect(place(pod('p', using), { claims: [claim], classes })).toBe(
      `0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. ${helpless}`,
    );
  });

  it('has a volume made where the class allows it', () => {
    const classes = [
      {
        ...storageClass,
        allowedTopologies: [{ matchLabelExpressions: [{ key: zoneKey, values: ['zone-c'] }] }],
      },
    ];
    const decision = schedule(pod('p', using), snapshot({ claims: [claim], classes }));
    expect(decision).toMatchObject({
      view: { node: { metadata: { name: 'c1' } } },
      volumes: { provision: [claim], bind: [] },
    });
  });

  it('takes the smallest volume that is there and large enough', () => {
    const volumes = [
      volume('big', '5Gi', 'zone-b'),
      volume('fits', '2Gi', 'zone-b'),
      volume('small', '1Mi', 'zone-b'),
    ];
    const classes = [{ ...storageClass, provisioner: 'kubernetes.io/no-provisioner' }];
    const decision = schedule(pod('p', using), snapshot({ claims: [claim], classes, volumes }));
    expect(decision).toMatchObject({
      view: { node: { metadata: { name: 'b1' } } },
      volumes: { provision: [], bind: [{ volume: { metadata: { name: 'fits' } } }] },
    });
  });

  it('lets only one pod have a claim that is for one pod', () => {
    const claims = [{ ...bound, spec: { ...bound.spec, accessModes: ['ReadWriteOncePod'] } }];
    const volumes = [volume('pv', '1Gi', 'zone-b')];
    const pods = [pod('q', { ...using, nodeName: 'b1' })];
    expect(place(pod('p', using), { claims, volumes, pods })).toContain('already in-use by another pod');
    expect(place(pod('p', using), { claims, volumes })).toBe('b1');
  });
});

describe('queueOrder', () => {
  it('puts the important first, then the old', () => {
    const at = (name: string, second: number, priority?: number): SchedulablePod =>
      pod(name, priority === undefined ? {} : { priority }, {
        creationTimestamp: `2026-01-01T00:00:0${second}Z`,
      });
    const queue = [at('new', 2), at('old', 1), at('important', 3, 10)].sort(queueOrder);
    expect(queue.map(({ metadata }) => metadata.name)).toEqual(['important', 'old', 'new']);
  });
});
